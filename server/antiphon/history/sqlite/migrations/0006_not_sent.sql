-- Answers that never left (no key, a pause, stopped while they waited) are no answers of a model:
-- they are counted apart, and stand in no other figure.

-- Of a killed server's answers those were sent whose text had begun to come. From now on an answer
-- that has ended was sent if it has a request.
UPDATE spending SET requests = 1
  WHERE status <> 'running' AND requests = 0 AND (
    cost > 0 OR input_tokens + output_tokens + cached_input_tokens + reasoning_tokens > 0
    OR status = 'interrupted' AND answer IN (SELECT id FROM messages WHERE content <> '')
  );

DROP VIEW spending_figures;
CREATE VIEW spending_figures AS
  SELECT number, answer, run_id, session_id, pane_id, provider, model, at, day, held,
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

ALTER TABLE spending_days ADD COLUMN not_sent INTEGER NOT NULL DEFAULT 0;
DELETE FROM spending_days;
INSERT INTO spending_days (
  day, model, provider, held, answers, not_sent, requests, retries,
  input_tokens, output_tokens, cached_input_tokens, reasoning_tokens,
  cost, cost_rest, unpriced, priced_answers, estimated_answers,
  estimated_input_tokens, estimated_output_tokens, estimated_cached_input_tokens,
  estimated_reasoning_tokens, estimated_cost, estimated_cost_rest,
  queued_ms, ttft_ms, ttft_count, total_ms, total_count, speed, speed_count
)
  SELECT day, model, provider, sum(held), sum(answers), sum(not_sent), sum(requests), sum(retries),
    sum(input_tokens), sum(output_tokens), sum(cached_input_tokens), sum(reasoning_tokens),
    sum(cost), sum(cost_rest), sum(unpriced), sum(priced_answers), sum(estimated_answers),
    sum(estimated_input_tokens), sum(estimated_output_tokens), sum(estimated_cached_input_tokens),
    sum(estimated_reasoning_tokens), sum(estimated_cost), sum(estimated_cost_rest),
    sum(queued_ms), sum(ttft_ms), sum(ttft_count), sum(total_ms), sum(total_count),
    sum(speed), sum(speed_count)
  FROM spending_figures GROUP BY day, model, provider;
