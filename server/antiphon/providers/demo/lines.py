# ruff: noqa: RUF001
"""Holds the demo's texts, which are true of Antiphon or say that they are not.

The characters that look like others are intended: `SCRIPTS` shows many scripts.
"""

from __future__ import annotations

from typing import Final

TERSE: Final = (
    "Each pane holds one model's answer. Reply here and only this pane goes on.",
    "One prompt, many panes; compare them. The real models need a key, I do not.",
    "Short answers are cheap to compare. Read the pane beside me for the long one.",
)

TERSE_AGAIN: Final = (
    "Both are on record. That was the follow-up: this pane alone was asked.",
    "I was sent the whole conversation again; that is all a pane's memory is.",
    "Still terse. The history of this pane went out with your prompt.",
)

CHATTY: Final = (
    (
        "Nothing of it left your machine and nothing of it costs money, so we may take our time "
        "and talk about what you are looking at."
    ),
    (
        "I cannot answer that, for I cannot think; but I can talk, and what I have to say about "
        "Antiphon is at least true."
    ),
    (
        "A real model would begin to reason now. I shall begin to explain instead, which from a "
        "distance looks much the same."
    ),
)

CHATTY_AGAIN: Final = (
    (
        "I remember because this pane kept the conversation and sent it to me once more, which "
        "is all the memory that any chat model has."
    ),
    (
        "You see that I know what came before. The panes beside me do not know of this question "
        "unless you asked them as well."
    ),
)

CHATTY_ENDS: Final = (
    "But I am going on at length. Reply in this pane, and I shall prove that I was listening.",
    "Enough of me. Ask the same of a real model in the pane beside, and compare.",
    "Ask me something else here, and watch how only this pane answers.",
)

EXPLANATIONS: Final = (
    (
        "What you see is one prompt on its way to several answers. Each pane is a conversation "
        "of its own: it has its own history, its own meter and its own way of ending, and a "
        "pane that fails leaves its neighbours alone."
    ),
    (
        "The figures beside an answer are honest ones. Tokens are the provider's own count "
        "where it gives one and an estimate where it does not, and an estimate is marked as "
        "such. A price that nobody knows is shown as unknown and never as zero. Mine really is "
        "zero."
    ),
    (
        "You can stop an answer at any moment. What has arrived until then stays where it is, "
        "marked as cancelled, because half an answer that looks like a whole one is worse than "
        "none."
    ),
    (
        "Every word was written to the history before it was shown. End the server by force in "
        "the middle of this sentence, and after the next start you will find it again, marked "
        "as interrupted, with everything that you had read."
    ),
    (
        "A follow-up goes to one pane, to some of them or to all. Each is sent with its own "
        "history, so that two panes of the same model may drift apart like twins at different "
        "schools."
    ),
    (
        "Files and selections can go along with a prompt. They are put in front of it, labelled "
        "and fenced off, and a fingerprint of each is kept, so that one can see later whether "
        "two models were given the same brief."
    ),
    (
        "When a provider says that it has had enough requests, the pane waits for as long as it "
        "was told to, says so, and tries again. It never tries again once text has arrived, for "
        "nobody wants to pay twice for the same beginning."
    ),
    (
        "All of this is spoken over the language server protocol, the one that your editor uses "
        "for its completions. The pane is a document like any other: it can be searched, "
        "folded, split and saved."
    ),
)

POET_OPENINGS: Final = (
    (
        "You ask of {word}. I have no mind\n"
        "to weigh it, only lines laid by;\n"
        "a script will answer, well designed\n"
        "to scan, to rhyme, and not to lie."
    ),
    (
        "Of {word} I could not tell you more\n"
        "than any clock can tell of night:\n"
        "I strike the hour that I was for,\n"
        "and some of you will call it right."
    ),
    (
        "A word like {word} deserves a thought,\n"
        "and thinking is not what I do.\n"
        "My verses were not found but brought;\n"
        "I only say them out to you."
    ),
)

POET_AGAIN: Final = (
    "It was {earlier}; now it is {word}.\n"
    "This pane has kept the two in line\n"
    "and sends me all that you have heard\n"
    "each time you ask: your words and mine."
)

POET_STANZAS: Final = (
    (
        "One question goes to many doors,\n"
        "and each replies as best it may;\n"
        "what one leaves out, the next explores,\n"
        "and yours it is, in the end, to weigh."
    ),
    (
        "Each word that reaches you is kept\n"
        "before it is allowed on stage;\n"
        "and if the lights go out, adept\n"
        "hands find you every finished page."
    ),
    (
        "Stop me mid-verse: the half stays here\n"
        "and says it is a half, no more.\n"
        "No broken line will yet appear\n"
        "as though it were the whole before."
    ),
    (
        "Two meters run. The one keeps time,\n"
        "the other counts what answers cost.\n"
        "The first is mine and serves the rhyme;\n"
        "the second sees that none is lost."
    ),
    (
        "And should my neighbour lose its thread\n"
        "or find its door is locked today,\n"
        "its pane will tell you what it said\n"
        "and why it had no more to say."
    ),
)

CODER_INTRODUCTION: Final = (
    "The code below is the same for every question. It does in small what Antiphon has just done "
    "with yours: one prompt, several answers, all at the same time.\n\n"
)

CODER_PROGRAM: Final = '''```python
import asyncio

QUESTION = QUESTION_HERE


async def ask(model: str) -> str:
    """A real model thinks; this one sleeps."""
    await asyncio.sleep(len(model) / 10)
    return f"{model} has considered: {QUESTION}"


async def broadcast(*models: str) -> None:
    async with asyncio.TaskGroup() as group:
        answers = [group.create_task(ask(model)) for model in models]
    for answer in answers:
        print(answer.result())


asyncio.run(broadcast("terse", "chatty", "poet"))
```

'''

CODER_LIST: Final = """What it leaves out:

1. **limits**: how many requests a provider takes at once
2. **faults**: see the table
3. **memory**: a pane's history goes out with each follow-up
   - its own, not its neighbour's
   - oldest first

"""

CODER_TABLE: Final = """| what happens | when | the answer ends as |
|---|---|---|
| the key is refused | before the first token | `failed` |
| the connection breaks | in the middle | `interrupted`, text kept |
| you press stop | whenever you like | `cancelled`, text kept |
| nothing | at the end | `complete` |
"""

SCRIPTS: Final = (
    "Emoji: 🎼 🧵 👩🏽‍💻 👨‍👩‍👧‍👦 🏳️‍🌈 🇮🇸 1️⃣",
    "日本語: 一つの問いに、いくつもの声が答えます。",
    "中文: 一个问题，许多回答；一问众答。",
    "한국어: 질문은 하나, 목소리는 여럿.",
    "Ελληνικά: μία ερώτηση, πολλές φωνές· ἀντίφωνον.",
    "Русский: один вопрос, много голосов.",
    "हिन्दी: एक प्रश्न, अनेक उत्तर।",
    "ไทย: คำถามเดียว หลายคำตอบ",
    "العربية: سؤال واحد وأصوات كثيرة.",
    "עברית: שאלה אחת, הרבה קולות.",
    "Combining: e\u0301 and é look alike and are not; n\u0303, a\u030a, Z\u0351\u036b\u0343.",
    "Beyond the first plane: 𝔄𝔫𝔱𝔦𝔭𝔥𝔬𝔫, 𝄞, 𠮷, ∀x ∈ ℝ: x² ≥ 0.",
)

SLOW: Final = (
    "I speak at three tokens a second, so that there is time to try the stop button. Press it now: "
    "the connection closes at once, these words stay, and the pane says that they are not the "
    "whole answer. If you would rather wait, there is nothing to wait for but this full stop."
)

FLOOD: Final = (
    "What follows is as fast as your editor can take it. The server joins what waits into fewer "
    "and larger updates, so that typing stays smooth meanwhile."
)

FLAKY: Final = (
    "My first reply was “429, come back in a second”. Antiphon waited that second, showed that it "
    "was waiting, and asked again. This is what came of it; had there been text already, it would "
    "not have asked a second time."
)

CUT: Final = (
    "In a moment the connection will break, as connections do. What has arrived will be kept and "
    "marked as interrupted, and nothing will be sent again unless you ask for it, because"
)

STALL: Final = (
    "In a moment I shall fall silent without hanging up, as overloaded servers do. Antiphon "
    "listens for text and not for signs of life, and when timeouts.idleMs has passed"
)
