# training/sft_labels · level 2 · 18 minutes · all assistance off
# Grade it: drill grade training/sft_labels   or   pytest exercises/training/sft_labels.py
"""A batch for supervised fine-tuning.

A chat model is fine-tuned on pairs of a prompt and a response: it reads both, and is trained to say
the response only. Lay such pairs out as one batch.

`prompts` and `responses` are lists of equal length, of lists of int. For each pair:

- The sequence is prompt + response + [eos_id], always with this one eos_id added, cut to its FIRST
  max_len + 1 tokens. The cut may take the eos_id away, or the whole response.
- inputs = sequence without its last token, labels = sequence without its first token: the label at
  position j is the token after input j.
- Every label that is a token of the prompt, by its place and not by its value, is replaced by
  `ignore_index`. With an empty prompt the first token of the response is no label at all: nothing
  comes before it.
- Prompts and responses may be empty. A row may end up without any live label, and stays in the
  batch; with prompt and response both empty it is nothing but padding.

Then all rows are padded on the right to the longest row of inputs in the batch: inputs with
pad_id, labels with ignore_index. Return `(inputs, labels, mask)`: two LongTensors and a BoolTensor,
each (number of pairs, longest row), where mask is True on real inputs (prompt and response alike)
and False on padding.

- pad_id may equal eos_id, and tokens of a prompt or response may equal either: such tokens are
  real.
- Lists of different lengths, an empty batch and max_len < 1 raise ValueError.
- The given lists are not modified.

Example: prompts [[5, 6], [7]], responses [[8], [9, 4]], eos_id 2, pad_id 0, max_len 3. The
sequences are [5, 6, 8, 2] and [7, 9, 4, 2]; inputs [[5, 6, 8], [7, 9, 4]], labels
[[-100, 8, 2], [9, 4, 2]], mask all True. With max_len 2 the labels are [[-100, 8], [9, 4]].
"""

import torch


def sft_batch(
    prompts: list[list[int]],
    responses: list[list[int]],
    eos_id: int,
    pad_id: int,
    max_len: int,
    ignore_index: int = -100,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Inputs, labels and mask, each (B, longest row), for training on the responses alone."""
    raise NotImplementedError
