-- Words end where scripts meet, and scripts without spaces are found by any two characters.
--
-- The index is given `word_breaks(text)`, a function that every connection of ours has. It changes
-- nothing in most texts, so only those messages are indexed again that it does change.

CREATE TABLE changed_words AS
  SELECT number FROM searchable
  WHERE word_breaks(content) IS NOT content OR word_breaks(names) IS NOT names;
INSERT INTO search (search, rowid, content, names)
  SELECT 'delete', number, content, names FROM searchable
  WHERE number IN (SELECT number FROM changed_words);

DROP TRIGGER message_added;
DROP TRIGGER answer_ended;
DROP TRIGGER answer_replaced;
DROP TRIGGER message_deleted;
DROP VIEW searchable;

CREATE VIEW message_names AS
  SELECT number, (
    SELECT group_concat(label, char(10))
    FROM (SELECT label FROM context_uses WHERE message = messages.number ORDER BY position)
  ) AS names
  FROM messages;

CREATE VIEW searchable AS
  SELECT messages.number, word_breaks(content) AS content, word_breaks(names) AS names
  FROM messages JOIN message_names ON message_names.number = messages.number
  WHERE status <> 'streaming';

INSERT INTO search (rowid, content, names)
  SELECT number, content, names FROM searchable
  WHERE number IN (SELECT number FROM changed_words);
DROP TABLE changed_words;

CREATE TRIGGER message_added AFTER INSERT ON messages WHEN new.status <> 'streaming' BEGIN
  INSERT INTO context_uses (message, position, sha256, label)
    SELECT new.number, key, json_extract(value, '$.sha256'), json_extract(value, '$.label')
    FROM json_each(new.context);
  INSERT INTO search (rowid, content, names)
    SELECT number, content, names FROM searchable WHERE number = new.number;
END;

CREATE TRIGGER answer_ended AFTER UPDATE OF status ON messages
WHEN old.status = 'streaming' AND new.status <> 'streaming' BEGIN
  INSERT INTO search (rowid, content, names) VALUES (new.number, word_breaks(new.content), NULL);
END;

-- An answer that was given up for lost, and ended by its own server after all.
CREATE TRIGGER answer_replaced AFTER UPDATE OF content ON messages
WHEN old.status <> 'streaming' AND new.content IS NOT old.content BEGIN
  INSERT INTO search (search, rowid, content, names) VALUES (
    'delete', old.number, word_breaks(old.content),
    (SELECT names FROM searchable WHERE number = old.number)
  );
  INSERT INTO search (rowid, content, names)
    SELECT number, content, names FROM searchable WHERE number = new.number;
END;

CREATE TRIGGER message_deleted BEFORE DELETE ON messages WHEN old.status <> 'streaming' BEGIN
  INSERT INTO search (search, rowid, content, names)
    SELECT 'delete', number, content, names FROM searchable WHERE number = old.number;
END;
