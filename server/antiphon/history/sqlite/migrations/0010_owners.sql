-- Whose things they are: the name of a user, or '' for the user of this machine, whose clients have
-- no token. What belongs to a session has its owner.
--
-- '' and not NULL: it is a part of keys, and equality finds it.

ALTER TABLE sessions ADD COLUMN owner TEXT NOT NULL DEFAULT '';
-- Tells in one step whether anything here belongs to another user.
CREATE INDEX sessions_of_users ON sessions (owner) WHERE owner <> '';

-- Who may read a session besides its owner: the name of a user, or '*' for all.
CREATE TABLE session_shares (
  session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  reader      TEXT NOT NULL,
  PRIMARY KEY (session_id, reader)
) WITHOUT ROWID;

ALTER TABLE pipelines ADD COLUMN owner TEXT NOT NULL DEFAULT '';
CREATE INDEX pipelines_of_users ON pipelines (owner) WHERE owner <> '';

ALTER TABLE pipeline_approvals RENAME TO approvals_before;
CREATE TABLE pipeline_approvals (
  owner        TEXT NOT NULL DEFAULT '',
  sha256       TEXT NOT NULL,
  approved_at  TEXT NOT NULL,
  PRIMARY KEY (owner, sha256)
) WITHOUT ROWID;
INSERT INTO pipeline_approvals (sha256, approved_at)
  SELECT sha256, approved_at FROM approvals_before;
DROP TABLE approvals_before;

ALTER TABLE budget_warnings RENAME TO warnings_before;
CREATE TABLE budget_warnings (
  owner   TEXT NOT NULL DEFAULT '',
  budget  TEXT NOT NULL,
  period  TEXT NOT NULL,
  level   TEXT NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (owner, budget, period, level)
) WITHOUT ROWID;
INSERT INTO budget_warnings (budget, period, level, at)
  SELECT budget, period, level, at FROM warnings_before;
DROP TABLE warnings_before;

ALTER TABLE spending ADD COLUMN owner TEXT NOT NULL DEFAULT '';
DROP INDEX spending_by_time;
CREATE INDEX spending_by_time ON spending (owner, at);

DROP VIEW spending_figures;
CREATE VIEW spending_figures AS
  SELECT number, answer, run_id, session_id, pane_id, provider, model, at, day, owner, held,
    requests > 0 AS answers,
    requests = 0 AND status <> 'running' AS not_sent,
    requests,
    max(requests - 1, 0) AS retries,
    input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cost, cost_rest,
    CASE WHEN priced THEN 0
      ELSE input_tokens + output_tokens + cached_input_tokens + reasoning_tokens > 0
    END AS unpriced,
    priced AND requests > 0 AS priced_answers,
    estimated AS estimated_answers,
    estimated * input_tokens AS estimated_input_tokens,
    estimated * output_tokens AS estimated_output_tokens,
    estimated * cached_input_tokens AS estimated_cached_input_tokens,
    estimated * reasoning_tokens AS estimated_reasoning_tokens,
    estimated * cost AS estimated_cost,
    estimated * cost_rest AS estimated_cost_rest,
    (requests > 0) * ifnull(queued_ms, 0) AS queued_ms,
    ifnull(ttft_ms, 0) AS ttft_ms, ttft_ms IS NOT NULL AS ttft_count,
    (requests > 0) * ifnull(total_ms, 0) AS total_ms,
    requests > 0 AND total_ms IS NOT NULL AS total_count,
    ifnull(speed, 0) AS speed, speed IS NOT NULL AS speed_count
  FROM spending;

ALTER TABLE spending_days RENAME TO days_before;
CREATE TABLE spending_days (
  owner                          TEXT    NOT NULL DEFAULT '',
  day                            TEXT    NOT NULL,
  model                          TEXT    NOT NULL,
  provider                       TEXT    NOT NULL,
  held                           INTEGER NOT NULL,
  answers                        INTEGER NOT NULL,
  not_sent                       INTEGER NOT NULL,
  requests                       INTEGER NOT NULL,
  retries                        INTEGER NOT NULL,
  input_tokens                   INTEGER NOT NULL,
  output_tokens                  INTEGER NOT NULL,
  cached_input_tokens            INTEGER NOT NULL,
  reasoning_tokens               INTEGER NOT NULL,
  cost                           INTEGER NOT NULL,
  cost_rest                      INTEGER NOT NULL,
  unpriced                       INTEGER NOT NULL,
  priced_answers                 INTEGER NOT NULL,
  estimated_answers              INTEGER NOT NULL,
  estimated_input_tokens         INTEGER NOT NULL,
  estimated_output_tokens        INTEGER NOT NULL,
  estimated_cached_input_tokens  INTEGER NOT NULL,
  estimated_reasoning_tokens     INTEGER NOT NULL,
  estimated_cost                 INTEGER NOT NULL,
  estimated_cost_rest            INTEGER NOT NULL,
  queued_ms                      INTEGER NOT NULL,
  ttft_ms                        INTEGER NOT NULL,
  ttft_count                     INTEGER NOT NULL,
  total_ms                       INTEGER NOT NULL,
  total_count                    INTEGER NOT NULL,
  speed                          INTEGER NOT NULL,
  speed_count                    INTEGER NOT NULL,
  PRIMARY KEY (owner, day, model)
) WITHOUT ROWID;
INSERT INTO spending_days (
  day, model, provider, held, answers, not_sent, requests, retries,
  input_tokens, output_tokens, cached_input_tokens, reasoning_tokens,
  cost, cost_rest, unpriced, priced_answers, estimated_answers,
  estimated_input_tokens, estimated_output_tokens, estimated_cached_input_tokens,
  estimated_reasoning_tokens, estimated_cost, estimated_cost_rest,
  queued_ms, ttft_ms, ttft_count, total_ms, total_count, speed, speed_count
)
  SELECT day, model, provider, held, answers, not_sent, requests, retries,
    input_tokens, output_tokens, cached_input_tokens, reasoning_tokens,
    cost, cost_rest, unpriced, priced_answers, estimated_answers,
    estimated_input_tokens, estimated_output_tokens, estimated_cached_input_tokens,
    estimated_reasoning_tokens, estimated_cost, estimated_cost_rest,
    queued_ms, ttft_ms, ttft_count, total_ms, total_count, speed, speed_count
  FROM days_before;
DROP TABLE days_before;
