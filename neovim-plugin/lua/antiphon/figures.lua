--- Figures as people read them. Pure.

local M = {}

--- `1204` as `1,204`, from ten thousand on as `12.0k`.
---@param count integer
---@return string
function M.count(count)
  if count < 1000 then
    return ('%d'):format(count)
  elseif count < 10000 then
    return ('%d,%03d'):format(math.floor(count / 1000), count % 1000)
  elseif count < 999950 then
    return (('%.1fk'):format(count / 1000):gsub('%.0k$', 'k'))
  end
  return (('%.1fM'):format(count / 1000000):gsub('%.0M$', 'M'))
end

--- A decimal string in US dollars: cents where they say enough, more places below.
---@param amount string|nil
---@return string|nil
function M.money(amount)
  local value = tonumber(amount)
  if not value then
    return nil
  elseif value == 0 then
    return '$0'
  elseif value < 0.0001 then
    return '<$0.0001'
  elseif value < 0.1 then
    return ('$%.4f'):format(value)
  end
  return ('$%.2f'):format(value)
end

--- A price for a million tokens, without needless zeros.
---@param amount string|nil
---@return string
function M.price(amount)
  local value = tonumber(amount)
  if not value then
    return '?'
  elseif value == 0 then
    return 'free'
  end
  return '$' .. (('%.3f'):format(value):gsub('0+$', ''):gsub('%.$', ''))
end

---@param milliseconds number
---@return string
function M.seconds(milliseconds)
  if milliseconds < 1000 then
    return ('%d ms'):format(milliseconds)
  end
  local seconds = milliseconds / 1000
  if seconds < 100 then
    return ('%.1f s'):format(seconds)
  end
  return ('%d min'):format(math.floor(seconds / 60 + 0.5))
end

---@param usage antiphon.Usage|nil
---@return integer
function M.output_tokens(usage)
  return usage and usage.outputTokens + usage.reasoningTokens or 0
end

--- What a question may take: `about 1,204 tokens · $0.0040, at most $0.0120`.
---@param total antiphon.EstimateTotal
---@return string
function M.estimate(total)
  local text = ('about %s tokens'):format(M.count(total.inputTokens))
  if total.cost then
    local likely, most = M.money(total.cost.likely), M.money(total.cost.max)
    text = text .. ' · ' .. (likely == '$0' and 'free' or likely)
    if most ~= likely then
      text = ('%s, at most %s'):format(text, most)
    end
  end
  if total.unpriced > 0 then
    text = ('%s · %d without a known price'):format(text, total.unpriced)
  end
  return text
end

return M
