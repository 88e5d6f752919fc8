-- Conversations, and what it took to have them.
--
-- Ids are ULIDs as on the wire. Where the order of insertion is the order that people see (panes,
-- messages), the integer key keeps it. Wide text stands last in its row, so that a scan over the
-- figures never walks the pages that the text overflows into.

PRAGMA application_id = 1097757801; -- "Anti"

CREATE TABLE sessions (
  id          TEXT NOT NULL PRIMARY KEY,
  title       TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL
);
CREATE INDEX sessions_by_recency ON sessions (updated_at DESC, id DESC);

CREATE TABLE session_tags (
  session_id  TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  tag         TEXT    NOT NULL,
  PRIMARY KEY (session_id, position)
) WITHOUT ROWID;
CREATE INDEX session_tags_by_tag ON session_tags (tag, session_id);

CREATE TABLE panes (
  number      INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  model       TEXT NOT NULL,
  title       TEXT NOT NULL,
  type        TEXT NOT NULL,
  uri         TEXT NOT NULL,
  created_at  TEXT NOT NULL,
  params      TEXT NOT NULL, -- JSON object
  sources     TEXT NOT NULL  -- JSON array
);
CREATE INDEX panes_of_session ON panes (session_id, number);

CREATE TABLE runs (
  id          TEXT NOT NULL PRIMARY KEY,
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  server_id   TEXT NOT NULL,
  status      TEXT NOT NULL CHECK (status IN ('running', 'ended', 'interrupted')),
  created_at  TEXT NOT NULL,
  ended_at    TEXT
);
CREATE INDEX runs_unfinished ON runs (server_id) WHERE ended_at IS NULL;

CREATE TABLE messages (
  number               INTEGER PRIMARY KEY,
  id                   TEXT    NOT NULL UNIQUE,
  pane_id              TEXT    NOT NULL REFERENCES panes (id) ON DELETE CASCADE,
  run_id               TEXT    REFERENCES runs (id),
  role                 TEXT    NOT NULL,
  status               TEXT    NOT NULL,
  superseded           INTEGER NOT NULL DEFAULT 0,
  created_at           TEXT    NOT NULL,
  model                TEXT,
  input_tokens         INTEGER,
  output_tokens        INTEGER,
  cached_input_tokens  INTEGER,
  reasoning_tokens     INTEGER,
  usage_source         TEXT,    -- NULL: no usage is known
  cost_amount          TEXT,    -- decimal, US dollars; NULL: no known price
  cost_currency        TEXT,
  cost_source          TEXT,    -- NULL: no cost was worked out
  queued_ms            INTEGER,
  ttft_ms              INTEGER,
  total_ms             INTEGER, -- NULL: no latency was measured
  tokens_per_second    REAL,
  finish_reason        TEXT,
  provenance           TEXT,    -- JSON object
  error                TEXT,    -- JSON object
  context              TEXT,    -- JSON array
  notes                TEXT,    -- JSON array
  content              TEXT    NOT NULL
);
CREATE INDEX messages_of_pane ON messages (pane_id, number);
CREATE INDEX messages_running ON messages (run_id) WHERE status = 'streaming';

-- Texts of context items. Many prompts hold the same file, so each text is stored once; messages
-- name it in `context` by the SHA-256 (hex) of its UTF-8 form.
CREATE TABLE contexts (
  sha256  TEXT NOT NULL PRIMARY KEY,
  text    TEXT NOT NULL
);

CREATE TABLE attempts (
  message       INTEGER NOT NULL REFERENCES messages (number) ON DELETE CASCADE,
  number        INTEGER NOT NULL,
  failure_kind  TEXT,
  at            TEXT    NOT NULL,
  PRIMARY KEY (message, number)
) WITHOUT ROWID;

-- Text of running answers, in the order of its coming. It has no index and no foreign key, because
-- it is written for every flush of every stream; a finished answer has no rows here.
CREATE TABLE chunks (
  message  INTEGER NOT NULL,
  text     TEXT    NOT NULL
);
