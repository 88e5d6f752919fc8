-- What models thought before they answered, where it was shown: stored before that, like all text.

ALTER TABLE messages ADD COLUMN reasoning TEXT; -- NULL: nothing was shown
ALTER TABLE chunks ADD COLUMN is_reasoning INTEGER NOT NULL DEFAULT 0;
