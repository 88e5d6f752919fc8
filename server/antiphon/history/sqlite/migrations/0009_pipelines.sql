-- Pipelines of the user's own, and the runs of any pipeline.

CREATE TABLE pipelines (
  id           TEXT NOT NULL PRIMARY KEY,
  name         TEXT NOT NULL,
  description  TEXT,
  text         TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  inputs       TEXT NOT NULL, -- JSON array; with `steps`, so that a list reads no text
  steps        TEXT NOT NULL, -- JSON array: id, type and needs of each
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL
);

-- What an alias led to: the vendor's own name of the model that answered.
ALTER TABLE messages ADD COLUMN answered_by TEXT;

-- Hashes of texts that the user has seen and agreed to.
CREATE TABLE pipeline_approvals (
  sha256       TEXT NOT NULL PRIMARY KEY,
  approved_at  TEXT NOT NULL
) WITHOUT ROWID;

-- A run belongs to its session and is deleted with it. It holds the text that was run: the pipeline
-- may have been changed or deleted since.
CREATE TABLE pipeline_runs (
  id           TEXT NOT NULL PRIMARY KEY,
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  pipeline_id  TEXT,
  text         TEXT NOT NULL,
  uri          TEXT,
  inputs       TEXT NOT NULL, -- JSON object
  models       TEXT NOT NULL, -- JSON object
  status       TEXT NOT NULL,
  created_at   TEXT NOT NULL
);
CREATE INDEX pipeline_runs_of_session ON pipeline_runs (session_id);

CREATE TABLE pipeline_run_steps (
  run_id    TEXT    NOT NULL REFERENCES pipeline_runs (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  id        TEXT    NOT NULL,
  result    TEXT    NOT NULL, -- JSON object
  PRIMARY KEY (run_id, position)
) WITHOUT ROWID;

-- Comparisons that were made in a session, each once. They change nothing in it, but a record of the
-- session has them as steps.
CREATE TABLE session_comparisons (
  id           TEXT NOT NULL PRIMARY KEY, -- rises with time
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  type         TEXT NOT NULL,
  messages     TEXT NOT NULL, -- JSON array of ids
  granularity  TEXT,
  UNIQUE (session_id, type, messages)
);
