-- Finding again, and deleting without a trace.
--
-- The index holds no text of its own: it reads `searchable` where it needs words back. Messages come
-- into it once, when they end, by triggers, so that every way of writing keeps it true. What a
-- trigger takes out must be, letter for letter, what was put in.

-- Which prompts hold which context item: its name is searched, and its text goes with the last of
-- them. (The index cannot read JSON: FTS5 may not use a virtual table, which json_each is.)
CREATE TABLE context_uses (
  message   INTEGER NOT NULL REFERENCES messages (number) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  sha256    TEXT    NOT NULL,
  label     TEXT    NOT NULL,
  PRIMARY KEY (message, position)
) WITHOUT ROWID;
CREATE INDEX context_uses_by_text ON context_uses (sha256);
INSERT INTO context_uses (message, position, sha256, label)
  SELECT messages.number, item.key,
         json_extract(item.value, '$.sha256'), json_extract(item.value, '$.label')
  FROM messages, json_each(messages.context) AS item;

CREATE VIEW searchable AS
  SELECT number, content, (
    SELECT group_concat(label, char(10))
    FROM (SELECT label FROM context_uses WHERE message = messages.number ORDER BY position)
  ) AS names
  FROM messages WHERE status <> 'streaming';

-- Without an index of their own, short beginnings of words (`st*`) walk through most of the index.
CREATE VIRTUAL TABLE search USING fts5 (
  content, names,
  content = 'searchable', content_rowid = 'number', prefix = '2 3',
  tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO search (search) VALUES ('rebuild');

CREATE TRIGGER message_added AFTER INSERT ON messages WHEN new.status <> 'streaming' BEGIN
  INSERT INTO context_uses (message, position, sha256, label)
    SELECT new.number, key, json_extract(value, '$.sha256'), json_extract(value, '$.label')
    FROM json_each(new.context);
  INSERT INTO search (rowid, content, names)
    SELECT number, content, names FROM searchable WHERE number = new.number;
END;

CREATE TRIGGER answer_ended AFTER UPDATE OF status ON messages
WHEN old.status = 'streaming' AND new.status <> 'streaming' BEGIN
  INSERT INTO search (rowid, content, names) VALUES (new.number, new.content, NULL);
END;

-- An answer that was given up for lost, and ended by its own server after all.
CREATE TRIGGER answer_replaced AFTER UPDATE OF content ON messages
WHEN old.status <> 'streaming' AND new.content IS NOT old.content BEGIN
  INSERT INTO search (search, rowid, content, names) VALUES (
    'delete', old.number, old.content,
    (SELECT names FROM searchable WHERE number = old.number)
  );
  INSERT INTO search (rowid, content, names)
    SELECT number, content, names FROM searchable WHERE number = new.number;
END;

CREATE TRIGGER message_deleted BEFORE DELETE ON messages WHEN old.status <> 'streaming' BEGIN
  INSERT INTO search (search, rowid, content, names)
    SELECT 'delete', number, content, names FROM searchable WHERE number = old.number;
END;

-- Deleting a run looks for its messages; without this it would walk through all there are.
CREATE INDEX messages_of_run ON messages (run_id);
