"""Cases: drawn the same every time, smallest first, some with a twin, and shrunk when they fail."""

from __future__ import annotations

import torch

from grader.judge import catalogue
from grader.judge.page import Page, size
from grader.words.draw import STYLES, Draw, shaped, twin
from tests.support import page

ID = "attention/causal"


def again(seed=0) -> Page:
    card = catalogue.find(ID)
    return Page(card, catalogue.load(card), examples=24, seed=seed)


def equal(a, b) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_the_same_cases_every_time_and_others_for_another_seed():
    first, second, other = (again(seed).pool(catalogue.AGREEMENT) for seed in (0, 0, 1))
    assert all(map(equal, first, second))
    assert not all(equal(a, b) for a, b in zip(first, other, strict=False))


def test_the_smallest_case_comes_first():
    sizes = [size(case) for case in page(ID).pool(catalogue.AGREEMENT)]
    assert sizes == sorted(sizes)
    assert len(sizes) > 30


def test_a_law_takes_its_share_from_small_to_large():
    laws = page(ID).exercise.laws.values()
    law = next(law for law in laws if not (law.draw or law.edges))
    pool, everything = page(ID).pool(law.name), page(ID).pool(catalogue.AGREEMENT)
    assert len(pool) == law.examples < len(everything)
    assert equal(pool[0], everything[0])
    assert equal(pool[-1], everything[-1])


def test_a_twin_has_the_same_sizes_and_other_values():
    def case(draw: Draw):
        return {"x": draw.floats(draw.size(2, 4), 3, styles=("normal",))}

    choices = iter([3, 0, 17, 0])
    source = Draw(lambda low, high: next(choices))
    first = case(source)
    second = twin(case, source.choices)
    assert first["x"].shape == second["x"].shape == (3, 3)
    assert not torch.equal(first["x"], second["x"])


def test_a_twin_whose_values_leave_less_to_choose_from_takes_the_nearest():
    def case(draw: Draw):
        seed = draw.seed()
        few = seed % 2
        options = ("a", "b") if few else ("a", "b", "c", "d")
        return {"chosen": draw.choice(*options), "more": [draw.size(3, 4) for _ in range(1 + few)]}

    choices = iter([16, 3, 4])
    source = Draw(lambda low, high: next(choices))
    assert case(source) == {"chosen": "d", "more": [4]}
    assert twin(case, source.choices) == {"chosen": "b", "more": [4, 3]}


def test_a_failing_case_is_shrunk_to_a_small_one():
    def fails(case):
        return case["k"].shape[-2] > case["q"].shape[-2] and case["v"].shape[-1] > 1

    large = page(ID).pool(catalogue.AGREEMENT)[-1]
    small = page(ID).shrink(catalogue.AGREEMENT, fails, large)
    assert fails(small)
    assert (small["q"].shape, small["k"].shape) == ((1, 1), (2, 1))
    assert small["v"].shape == (2, 2)


def test_what_never_fails_again_is_shown_as_it_was():
    large = page(ID).pool(catalogue.AGREEMENT)[-1]
    assert page(ID).shrink(catalogue.AGREEMENT, lambda _: False, large) is large


def test_styles_depend_on_shape_and_seed_alone():
    for style in STYLES.values():
        assert torch.equal(style((2, 3), 5), style((2, 3), 5))
        assert style((2, 3), 5).shape == (2, 3)
        assert style((), 5).shape == ()


def test_layouts_keep_the_numbers():
    x = torch.arange(6.0).reshape(2, 3)
    for layout in ("contiguous", "transposed", "strided"):
        assert torch.equal(shaped(x, layout), x)
    assert not shaped(x, "transposed").is_contiguous()
    assert not shaped(x, "strided").is_contiguous()
    assert torch.equal(shaped(x, "expanded"), x[:1].expand(2, 3))
