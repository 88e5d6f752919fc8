-- Where messages went, found without reading every message.

CREATE INDEX messages_by_origin ON messages (json_extract(provenance, '$.messageId'))
  WHERE provenance IS NOT NULL;
-- Few panes are made of others: they are looked through.
CREATE INDEX panes_with_sources ON panes (number) WHERE sources <> '[]';
