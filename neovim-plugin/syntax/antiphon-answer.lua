-- Highlights a streaming answer: a few patterns with the colours of the parser that follows. Vim's
-- whole Markdown syntax would cost three times as much a token.
if vim.b.current_syntax then
  return
end

vim.cmd([[
syntax region antiphonBlock start=/^\s*\z(```\+\|\~\~\~\+\)/ end=/^\s*\z1\s*$/ keepend
syntax match antiphonHeading /^#\{1,6}\s.*/
syntax match antiphonQuote /^>.*/ contains=antiphonStrong,antiphonCode
syntax match antiphonList /^\s*\%([-*+]\|\d\+[.)]\)\s/
syntax match antiphonCode /`[^`]\+`/
syntax match antiphonStrong /\*\*[^*]\+\*\*/
syntax sync fromstart

highlight default link antiphonBlock @markup.raw.block
highlight default link antiphonHeading @markup.heading
highlight default link antiphonQuote @markup.quote
highlight default link antiphonList @markup.list
highlight default link antiphonCode @markup.raw
highlight default link antiphonStrong @markup.strong
]])

vim.b.current_syntax = 'antiphon-answer'
