-- What answers cost, for good: deleting a conversation must not lower what was spent.
--
-- `spending` has a row for each answer from the moment in which its run is stored. Until the answer
-- ends, `held` is what is reserved for it; the end settles the row in the transaction that stores
-- the answer. Nothing here refers to a conversation by a foreign key, and no text stands here.
--
-- Money is exact: `cost` and `held` count millionths of a millionth of a dollar, `cost_rest` counts
-- the rest below that in 1e-24 dollars. Days are those of the server's clock on the wall.

ALTER TABLE attempts ADD COLUMN input_tokens        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN output_tokens       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN cached_input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN reasoning_tokens    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN cost                INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN cost_rest           INTEGER NOT NULL DEFAULT 0;

CREATE TABLE spending (
  number               INTEGER PRIMARY KEY,
  answer               TEXT    NOT NULL UNIQUE, -- the message's id
  run_id               TEXT    NOT NULL,
  session_id           TEXT    NOT NULL,
  pane_id              TEXT    NOT NULL,
  provider             TEXT    NOT NULL,
  model                TEXT    NOT NULL,
  at                   TEXT    NOT NULL,
  day                  TEXT    NOT NULL,
  status               TEXT    NOT NULL,           -- 'running', then the answer's
  confirmed            INTEGER NOT NULL DEFAULT 0, -- the person let it go over its budgets
  held                 INTEGER NOT NULL DEFAULT 0,
  requests             INTEGER NOT NULL DEFAULT 0,
  input_tokens         INTEGER NOT NULL DEFAULT 0,
  output_tokens        INTEGER NOT NULL DEFAULT 0,
  cached_input_tokens  INTEGER NOT NULL DEFAULT 0,
  reasoning_tokens     INTEGER NOT NULL DEFAULT 0,
  estimated            INTEGER NOT NULL DEFAULT 0,
  priced               INTEGER NOT NULL DEFAULT 1,
  cost                 INTEGER NOT NULL DEFAULT 0,
  cost_rest            INTEGER NOT NULL DEFAULT 0,
  queued_ms            INTEGER,
  ttft_ms              INTEGER,
  total_ms             INTEGER,
  speed                INTEGER                     -- tenths of a token a second
);
CREATE INDEX spending_by_session ON spending (session_id, pane_id);
CREATE INDEX spending_by_run ON spending (run_id);
CREATE INDEX spending_by_time ON spending (at);

-- What each row adds to a sum.
CREATE VIEW spending_figures AS
  SELECT number, answer, run_id, session_id, pane_id, provider, model, at, day, held,
    status <> 'running' AS answers,
    requests,
    max(requests - 1, 0) AS retries,
    input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, cost, cost_rest,
    CASE WHEN priced THEN 0
      ELSE input_tokens + output_tokens + cached_input_tokens + reasoning_tokens > 0
    END AS unpriced,
    priced AND status <> 'running' AS priced_answers,
    estimated AS estimated_answers,
    estimated * input_tokens AS estimated_input_tokens,
    estimated * output_tokens AS estimated_output_tokens,
    estimated * cached_input_tokens AS estimated_cached_input_tokens,
    estimated * reasoning_tokens AS estimated_reasoning_tokens,
    estimated * cost AS estimated_cost,
    estimated * cost_rest AS estimated_cost_rest,
    ifnull(queued_ms, 0) AS queued_ms,
    ifnull(ttft_ms, 0) AS ttft_ms, ttft_ms IS NOT NULL AS ttft_count,
    ifnull(total_ms, 0) AS total_ms, total_ms IS NOT NULL AS total_count,
    ifnull(speed, 0) AS speed, speed IS NOT NULL AS speed_count
  FROM spending;

-- The sums of each day and model: a month's budget is checked for every run, and the meter is to
-- answer at once however much there is.
CREATE TABLE spending_days (
  day                            TEXT    NOT NULL,
  model                          TEXT    NOT NULL,
  provider                       TEXT    NOT NULL,
  held                           INTEGER NOT NULL,
  answers                        INTEGER NOT NULL,
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
  PRIMARY KEY (day, model)
) WITHOUT ROWID;

-- Which warnings have been given: each once for a budget and its period.
CREATE TABLE budget_warnings (
  budget  TEXT NOT NULL,
  period  TEXT NOT NULL,
  level   TEXT NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (budget, period, level)
) WITHOUT ROWID;

-- Answers from before this version. Runs that took place elsewhere were paid for there.
INSERT INTO spending (
  answer, run_id, session_id, pane_id, provider, model, at, day, status, requests, input_tokens,
  output_tokens, cached_input_tokens, reasoning_tokens, estimated, priced, cost, cost_rest,
  queued_ms, ttft_ms, total_ms, speed
)
  SELECT id, run_id, session_id, pane_id,
    substr(model, 1, instr(model || '/', '/') - 1), model, at, date(at, 'localtime'), status,
    requests, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens,
    usage_source IS 'estimated'
      AND input_tokens + output_tokens + cached_input_tokens + reasoning_tokens > 0,
    cost_source IS NOT 'unpriced',
    CAST(substr(amount, 1, instr(amount, '.') - 1) AS INTEGER) * 1000000000000
      + CAST(substr(substr(amount, instr(amount, '.') + 1) || '000000000000', 1, 12) AS INTEGER),
    CAST(
      substr(substr(amount, instr(amount, '.') + 1) || printf('%024d', 0), 13, 12) AS INTEGER
    ),
    queued_ms, ttft_ms, total_ms, CAST(round(tokens_per_second * 10) AS INTEGER)
  FROM (
    SELECT messages.id, messages.run_id, panes.session_id, messages.pane_id,
      coalesce(messages.model, panes.model) AS model, messages.created_at AS at, messages.status,
      (SELECT count(*) FROM attempts WHERE attempts.message = messages.number) AS requests,
      ifnull(messages.input_tokens, 0) AS input_tokens,
      ifnull(messages.output_tokens, 0) AS output_tokens,
      ifnull(messages.cached_input_tokens, 0) AS cached_input_tokens,
      ifnull(messages.reasoning_tokens, 0) AS reasoning_tokens,
      messages.usage_source, messages.cost_source,
      ifnull(messages.cost_amount, '0')
        || CASE WHEN instr(ifnull(messages.cost_amount, '0'), '.') THEN '' ELSE '.' END AS amount,
      messages.queued_ms, messages.ttft_ms, messages.total_ms, messages.tokens_per_second
    FROM messages
    JOIN panes ON panes.id = messages.pane_id
    JOIN runs ON runs.id = messages.run_id
    WHERE messages.role = 'assistant' AND messages.status <> 'streaming'
      AND runs.server_id <> 'outside'
    ORDER BY messages.number
  );
INSERT INTO spending_days
  SELECT day, model, provider, sum(held), sum(answers), sum(requests), sum(retries),
    sum(input_tokens), sum(output_tokens), sum(cached_input_tokens), sum(reasoning_tokens),
    sum(cost), sum(cost_rest), sum(unpriced), sum(priced_answers), sum(estimated_answers),
    sum(estimated_input_tokens), sum(estimated_output_tokens), sum(estimated_cached_input_tokens),
    sum(estimated_reasoning_tokens), sum(estimated_cost), sum(estimated_cost_rest), sum(queued_ms),
    sum(ttft_ms), sum(ttft_count), sum(total_ms), sum(total_count), sum(speed), sum(speed_count)
  FROM spending_figures GROUP BY day, model, provider;
