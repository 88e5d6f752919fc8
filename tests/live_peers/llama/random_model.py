"""Writes a language model of random weights, half a megabyte: `random_model.py FILE.gguf`.

Real enough for llama.cpp to load it and to sample from it; what it says means nothing. Words are
of several scripts and sizes, so that tokens are not characters. Runs in the environment that
`scripts/install_llama_server.sh` makes, which has the package gguf.
"""

from __future__ import annotations

import sys

import numpy as np
from gguf import GGUFWriter, TokenType

WIDTH, INNER, LAYERS, HEADS, CONTEXT = 64, 128, 2, 4, 1024
WORDS = [
    "the",
    "of",
    "fugue",
    "wörld",
    "naïve",
    "日本",
    "語",
    "😀",
    "👍",
    "Ω",
    "привет",
    "שלום",
    "€",
]
TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"


def vocabulary() -> tuple[list[str], list[float], list[int]]:
    """The tokens, their scores and their types: three marks, all bytes, words."""
    marks = [("<unk>", TokenType.UNKNOWN), ("<s>", TokenType.CONTROL), ("</s>", TokenType.CONTROL)]
    single = [(f"<0x{byte:02X}>", TokenType.BYTE) for byte in range(256)]
    words = [(f"\u2581{word}", TokenType.NORMAL) for word in WORDS]
    words += [(f"{word}{index}", TokenType.NORMAL) for word in WORDS for index in range(10)]
    rows = marks + single + words
    return [name for name, _ in rows], [0.0] * len(rows), [int(kind) for _, kind in rows]


def main(path: str) -> None:
    chance = np.random.default_rng(1)
    tokens, scores, kinds = vocabulary()
    model = GGUFWriter(path, "llama")
    model.add_context_length(CONTEXT)
    model.add_embedding_length(WIDTH)
    model.add_block_count(LAYERS)
    model.add_feed_forward_length(INNER)
    model.add_head_count(HEADS)
    model.add_head_count_kv(HEADS)
    model.add_rope_dimension_count(WIDTH // HEADS)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_vocab_size(len(tokens))
    model.add_tokenizer_model("llama")
    model.add_token_list(tokens)
    model.add_token_scores(scores)
    model.add_token_types(kinds)
    model.add_unk_token_id(0)
    model.add_bos_token_id(1)
    model.add_eos_token_id(2)
    model.add_chat_template(TEMPLATE)

    def weights(*shape: int) -> np.ndarray:
        return chance.standard_normal(shape).astype(np.float32)

    output = weights(len(tokens), WIDTH)
    output[kinds.index(TokenType.CONTROL) - 1 : kinds.index(TokenType.NORMAL)] = 0  # words only
    model.add_tensor("token_embd.weight", weights(len(tokens), WIDTH))
    model.add_tensor("output_norm.weight", np.ones(WIDTH, np.float32))
    model.add_tensor("output.weight", output)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            model.add_tensor(f"{block}.{name}.weight", weights(WIDTH, WIDTH) / 8)
        for name in ("attn_norm", "ffn_norm"):
            model.add_tensor(f"{block}.{name}.weight", np.ones(WIDTH, np.float32))
        model.add_tensor(f"{block}.ffn_gate.weight", weights(INNER, WIDTH) / 8)
        model.add_tensor(f"{block}.ffn_up.weight", weights(INNER, WIDTH) / 8)
        model.add_tensor(f"{block}.ffn_down.weight", weights(WIDTH, INNER) / 8)
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


main(sys.argv[1])
