"""Table 1 as a study: what it trains, that its quick measure is the plain one, and that it goes through, tiny."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from untrained import untrained

from tropism.core.ensemble import History
from tropism.figures.theme import render
from tropism.running import train_members
from tropism.studies import _table_one_parts as parts
from tropism.studies import table_1
from tropism.studies._table_one_claims import CLAIMS, OFFSETS
from tropism.studies._table_one_neurons import Worlds, answers, neurons, order_of, pooled
from tropism.studies._table_one_sections import sections
from tropism.studies._table_one_summaries import offsets, pairs
from tropism.studies._table_one_tables import measured, won_back
from tropism.studies._training_losses import late_loss, loss_curve
from tropism.subjects.superposition.measures import monosemanticity, responses
from tropism.subjects.superposition.table_one import RATES, ROWS, VARIANTS, sweeps_of


def grown(seeds=None, trained=()):
    """Every sweep, tiny; some are trained, of the others' networks numbers are made up."""
    found = {}
    for sweep in parts.sweeps(parts.tiny):
        some = sweep if seeds is None else replace(sweep, seeds=seeds)
        experiment = some.resolved(found)
        grow = train_members if sweep.name in trained else untrained
        found[sweep.name] = grow(experiment, some.members(experiment))
    return found


@pytest.fixture(scope="module")
def ensembles():
    """LR1 and its annealed end are trained."""
    return grown(trained=("LR1", "LR1-annealed"))


@pytest.fixture(scope="module")
def tables(ensembles):
    return measured(ensembles, examples=64)


@pytest.fixture(scope="module")
def figures(tables):
    return {figure.name: figure for figure in table_1.draw(tables)}


def test_the_rows_train_what_the_table_says_and_are_found_where_they_were_trained():
    for part in parts.parts():
        if part.name in {**ROWS, **VARIANTS}:
            for ours, theirs in zip(part.sweeps(), sweeps_of(part.name, part.scale, seeds=part.seeds), strict=True):
                assert ours.experiment.key() == theirs.experiment.key()
                assert ours.members(ours.experiment) == theirs.members(theirs.experiment)
    assert sum(len(part.points()) for part in parts.parts() if part.name in ROWS) == 206


def test_the_numbers_of_a_point_are_those_of_its_member():
    for part in parts.parts():
        stretch = 32 if part.scale == "laptop" else 1
        for sweep, width in zip(part.sweeps(), part.widths() or (None,), strict=True):
            points = [point for point in part.points() if width in (None, point.get("hidden"))]
            for row, member in enumerate(sweep.members(sweep.experiment)):
                point, dials = points[row // len(part.seeds)], dict(member.dials)
                for name, address in (("lr", "optimizer.lr"), ("offset", "network.offset"), ("l1", "l1.weight")):
                    assert dials.get(address) == point.get(name)
                if "decay" in point:
                    assert dials["optimizer.decay.rate"] == pytest.approx(point["decay"] * stretch, rel=1e-12)


@pytest.mark.parametrize("name", ["LR1", "G3", "LR5", "RP1"])
def test_the_quick_measure_is_the_plain_one(ensembles, name):
    ensemble = ensembles[name]
    directions = Worlds().of(ensemble)["directions"]
    plain = monosemanticity(ensemble, steps=(8,))
    theirs = responses(ensemble)
    for row in range(0, len(ensemble), 5):
        # Two ways to multiply the same numbers in single precision.
        np.testing.assert_allclose(answers(ensemble, row, directions[row]), theirs[row], atol=2e-5)
        for step, params in ((8, ensemble.snapshots[8]), (64, ensemble.params)):
            ours = neurons(ensemble, row, directions[row], params=params).counts(32)
            wanted = plain.filter((pl.col("member") == row) & (pl.col("step") == step)).to_dicts()[0]
            assert ours["share"] == wanted["mono_share"]
            assert ours["covered"] == wanted["covered"]
            assert ours["duplicates"] == pytest.approx(wanted["duplicates"] / 32)
            width = ensemble.network.hidden
            assert (ours["dead"], ours["polysemantic"]) == (wanted["dead"] / width, wanted["polysemantic"] / width)
            assert ours["bias"] == pytest.approx(wanted["mean_bias"], abs=1e-6)


def test_pooling_loses_no_strong_answer():
    sizes = np.random.default_rng(0).uniform(size=(50, 33))
    small = pooled(sizes, 8)
    assert small.shape == (8, 8)
    assert small.max() == sizes.max()
    assert set(small.ravel()) <= set(sizes.ravel())
    np.testing.assert_array_equal(pooled(sizes, 64), sizes)
    alone = np.zeros((50, 33))
    alone[49, 32] = 1
    assert pooled(alone, 8)[7, 7] == 1


def test_sorted_monosemantic_neurons_make_a_falling_line():
    sizes = np.zeros((6, 4)) + 0.2
    sizes[[1, 3, 4]] = 0
    sizes[1, 2] = sizes[3, 0] = sizes[4, 3] = 1.0
    down, across = order_of(sizes)
    assert set(down[:3]) == {1, 3, 4}
    np.testing.assert_array_equal(np.diag(sizes[np.ix_(down, across)])[:3], 1)


def some_networks(**columns):
    """Rows of LR1: three rates, three seeds, whose numbers are given rate by rate."""
    points = [(rate, seed) for rate in (0.001, 0.003, 0.005) for seed in range(3)]
    own = {"row": ["LR1"] * 9, "lr": [rate for rate, _ in points], "seed": [str(seed) for _, seed in points]}
    own |= {"member": [seed for _, seed in points]}
    own |= {name: [0.0] * 9 for name in ("offset", "density", "hidden", "l1", "decay", "efolds", "share", "covered")}
    own |= {"held_out": [1.0] * 9}
    return pl.DataFrame(own | columns)


def test_a_pair_of_one_loss_is_chosen_on_the_other_seeds_and_scored_on_the_one_left_out():
    # On every seed some pair is far apart, but never the pair that the other two seeds choose.
    losses = [1.0, 1.0, 1.0, 1.02, 1.02, 1.02, 2.0, 2.0, 2.0]
    networks = some_networks(loss=losses, share=[0.0, 0.0, 0.9, 0.3, 0.3, 0.3, 9.0, 9.0, 9.0])
    table = pairs(networks).filter(pl.col("row") == "LR1")
    share = table.filter(pl.col("what") == "share")
    # Without seed 0 or 1 the first rate leads by (−.3 + .6) / 2; without seed 2 the second by .3.
    np.testing.assert_allclose(share["apart"], [-0.3, -0.3, -0.6])
    np.testing.assert_allclose(share["loss_apart"], 0.02 / 1.01)
    assert share["one"].to_list() == ["LR1, learning rate .001"] * 2 + ["LR1, learning rate .003"]
    np.testing.assert_allclose(table.filter(pl.col("what") == "covered")["apart"], 0)


def test_without_a_pair_of_one_loss_nothing_is_apart():
    networks = some_networks(loss=[1.0] * 3 + [2.0] * 3 + [float("nan")] * 3, share=[float(k) for k in range(9)])
    assert pairs(networks)["apart"].is_nan().all()
    one_seed = networks.filter(pl.col("seed") == "0")
    assert pairs(one_seed)["apart"].is_nan().all()


def test_losses_that_differ_on_one_deciding_seed_are_not_equal_though_their_mean_gap_is_zero():
    losses = [1.0, 1.5, 1.0, 1.5, 1.0, 1.0, 9.0, 9.0, 9.0]
    networks = some_networks(loss=losses, share=[0.0] * 3 + [0.9] * 3 + [0.0] * 3)
    table = pairs(networks).filter((pl.col("row") == "LR1") & (pl.col("what") == "share"))
    assert table["one"].is_null().all()
    calm = some_networks(loss=[1.0, 1.0, 1.0, 1.0, 1.0, 1.5, 9.0, 9.0, 9.0], share=[0.0] * 3 + [0.9] * 3 + [0.0] * 3)
    table = pairs(calm).filter((pl.col("row") == "LR1") & (pl.col("what") == "share"))
    assert table["apart"].to_list()[2] == pytest.approx(0.9)  # the first two seeds chose it
    assert table["loss_apart"].to_list()[2] == pytest.approx(0.4)
    assert table["apart_if_equal"].is_nan().all()  # and it is not of one loss on the third


def b_rows(best, covered=0.5):
    """Rows B1 to B5, a setting at each of five offsets, which cover the most at the one that is given."""
    tried = (-2.0, -1.7, -1.1, -0.8, -0.5)
    lines = [
        {"row": f"B{n + 1}", "seed": "0", "density": 2.0 ** -(4 + n), "offset": offset}
        | {"covered": covered if offset == best[n] else 0.01}
        for n in range(5)
        for offset in tried
    ]
    return pl.DataFrame(lines)


def verdicts_of_offsets(networks):
    return [claim.judge({"drawn-offsets": offsets(networks)}).verdict for claim in OFFSETS]


def test_the_best_offset_is_judged_by_what_the_other_rows_say():
    roots = [2.0 ** -((4 + n) / 2) for n in range(5)]
    near = [min((-2.0, -1.7, -1.1, -0.8, -0.5), key=lambda offset, root=root: abs(offset + 8 * root)) for root in roots]
    table = offsets(b_rows(near))
    assert table["best"].to_list() == near
    assert verdicts_of_offsets(b_rows(near)) == ["holds", "holds"]
    assert verdicts_of_offsets(b_rows(near[::-1]))[0] == "fails"


def test_rows_that_cover_next_to_nothing_have_no_best_offset_and_decide_nothing():
    table = offsets(b_rows([-0.5] * 5, covered=0.02))
    assert table["best"].is_nan().all()
    assert verdicts_of_offsets(b_rows([-0.5] * 5, covered=0.02)) == ["undecided", "undecided"]
    assert verdicts_of_offsets(b_rows([-0.5] * 5, covered=0.0)) == ["undecided", "undecided"]


def test_a_block_that_does_nothing_has_nothing_to_win_back():
    idle = won_back({"loss": 1.0, "loss_constant": 1.0, "loss_without": 1.0, "loss_fitted": 1.0})
    assert idle["cost"] == 0
    assert np.isnan([idle["won_back"], idle["won_back_of_mean"]]).all()
    block = {"loss": 1.0, "loss_constant": 1.2, "loss_without": 1.4, "loss_fitted": 1.1, "by_gain": 0.6, "by_rest": 0.5}
    found = won_back(block)
    assert (found["cost"], found["won_back"]) == (pytest.approx(0.2), pytest.approx(0.75))
    assert (found["won_back_of_mean"], found["gain_extra"]) == (pytest.approx(0.5), pytest.approx(0.1))


def test_a_loss_is_a_mean_over_the_steps_before_the_one_that_is_asked(ensembles):
    ensemble = ensembles["E1"]  # a record a step
    errors = ensemble.history.records["error"]
    assert late_loss(ensemble, last=4)[2] == pytest.approx(errors[2, 60:].mean())
    assert late_loss(ensemble, last=4, end=16)[2] == pytest.approx(errors[2, 12:16].mean())
    assert late_loss(ensemble)[2] == pytest.approx(errors[2].mean())
    records = History(np.array([2, 5, 6]), {"error": np.array([[1.0, 2.0, 4.0]])}, errors[0], {}, {})
    one = replace(ensemble.select([0]), history=records)
    # Windows of 3, 3 and 1 steps; the last four steps are three of the second and one of the third.
    assert late_loss(one, last=4, end=7)[0] == pytest.approx((3 * 2 + 4) / 4)
    diverged = replace(one, status=replace(one.status, diverged_at=np.array([5])))
    assert np.isnan(late_loss(diverged, last=4, end=7)[0])
    assert late_loss(diverged, last=2, end=3)[0] == 1


def test_a_loss_curve_ends_with_a_whole_stretch(ensembles):
    steps, losses = loss_curve(ensembles["E1"])
    errors = ensembles["E1"].history.records["error"]
    np.testing.assert_allclose(steps[:3], [1, 2, 3])
    ends = np.arange(1, 65)
    last = ends > 64 * 2 ** (-1 / 6)
    assert steps[-1] == pytest.approx(np.exp(np.log(ends[last]).mean()))
    np.testing.assert_allclose(losses[:, -1], errors[:, last].mean(axis=1))


def test_annealing_starts_from_the_fastest_and_ends_at_rest(ensembles):
    annealed = ensembles["LR1-annealed"]
    assert len(annealed) == 3
    assert annealed.experiment.length == 8
    late = annealed.experiment.optimizer.pace.factor(7, 8)
    assert 0 < float(late) < 0.05


def test_every_claim_finds_its_rows(tables):
    for claim in CLAIMS:
        verdict = claim.judge(tables)
        counted = verdict.n + (verdict.failed if claim.failed_as is None else 0)
        assert counted == (5 if claim in OFFSETS else 3), claim.text
    assert len({claim.text for claim in CLAIMS}) == len(CLAIMS)


@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2, 3, 4)])
def test_any_seeds_may_be_trained_and_each_network_is_told_by_its_own_dials_and_seed(seeds):
    several = {sweep.name for part in parts.parts() for sweep in part.sweeps() if len(part.seeds) > 1}
    found = {name: each for name, each in grown(seeds).items() if name in several or name.endswith("-annealed")}
    tables = measured(found, examples=16)
    rates = tables["drawn-networks"].filter(pl.col("row") == "LR1")
    assert rates.select("lr", "seed").rows() == [(rate, str(seed)) for rate in RATES for seed in seeds]
    np.testing.assert_allclose(rates["bias"], found["LR1"].params["hidden.bias"].mean(axis=1), rtol=1e-6)
    assert tables["LR1-settings"]["n"].to_list() == [len(seeds)] * 6
    judged = {claim: claim.judge(tables) for claim in CLAIMS if claim not in OFFSETS}
    assert {verdict.n + (verdict.failed if claim.failed_as is None else 0) for claim, verdict in judged.items()} == {
        len(seeds)
    }
    if len(seeds) == 1:
        assert {verdict.verdict for verdict in judged.values()} == {"undecided"}
        assert "pairs" not in tables


def test_fewer_seeds_than_were_meant_are_measured_as_they_are(ensembles):
    whole = ensembles["LR1"]
    some = whole.select([row for row, member in enumerate(whole.members) if member.seed.init])
    tables = measured({"B3": ensembles["B3"], "LR1": some}, examples=16)
    rates = tables["drawn-networks"].filter(pl.col("row") == "LR1")
    assert rates.select("lr", "seed").rows() == [(rate, seed) for rate in RATES for seed in ("1", "2")]
    numbers = {
        name: dict(own.select("seed", "member").iter_rows())
        for (name,), own in tables["drawn-networks"].group_by("row")
    }
    assert numbers["LR1"].items() <= numbers["B3"].items()  # one seed, one number
    assert tables["LR1-settings"]["n"].to_list() == [2] * 6


def test_a_table_of_settings_has_a_row_a_setting(tables):
    assert tables["LR1-settings"]["n"].to_list() == [3] * 6
    assert tables["G3-settings"].height == 33
    assert set(tables["rows"]["row"]) == {part.name for part in parts.parts()}


def test_a_failed_network_is_counted_and_has_no_numbers(ensembles):
    whole = ensembles["E1"]
    diverged = np.where(np.arange(len(whole)) == 0, 40, -1)
    failed = replace(whole, status=replace(whole.status, diverged_at=diverged))
    tables = measured({"E1": failed}, examples=64)
    settings = tables["E1-settings"]
    assert settings["failed"].to_list() == [1] + [0] * 10
    assert settings["share"][0] is None
    training = tables["drawn-training"].filter(pl.col("density") == 0.5)
    assert training.filter(pl.col("step") <= 32)["share"].is_finite().all()
    assert not training.filter(pl.col("step") > 40)["share"].is_finite().any()
    assert all(render(figure, dpi=20) for figure in table_1.draw(tables) if figure.name == "E1-share")


def test_networks_that_all_diverged_have_no_pictures_and_stop_nothing(ensembles):
    gone = {}
    for name in ("LR1", "B3"):
        whole = ensembles[name]
        bad = {path: np.full_like(item, np.nan) for path, item in whole.params.items()}
        status = replace(whole.status, diverged_at=np.full(len(whole), 1))
        gone[name] = replace(whole, params=bad, status=status)
    tables = measured(gone, examples=64)
    figures = {figure.name: figure for figure in table_1.draw(tables)}
    assert {"LR1-history", "B3-share"} <= set(figures)
    assert not {"LR1-activations", "LR1-biases", "LR1-many", "B3-biases"} & set(figures)
    assert all(all(render(figure, dpi=20).values()) for figure in figures.values())


def test_settings_chosen_by_e_folds_are_told_by_them(tables, figures):
    assert tables["variants-LR3-decays-settings"]["efolds"].to_list() == pytest.approx([0.5, 1, 2, 4, 8, 16, 32])
    assert "e-folds" in figures["variants-LR3-decays-share"].title


def test_a_row_says_which_decay_pins_its_biases():
    said = {section.name: section.text for section in sections() if "above one half" in section.text}
    assert set(said) == {"LR3", "LR4", "B1", "G3", "E1", "K1", "K2", "RG1", "RP1", "LR5", "D1"}
    assert "The rescaled decay is 0.96 here" in said["LR3"]
    assert "A decay of 10⁻¹, rescaled, is 3.2 here" in said["D1"]
    assert said["D1"].count("rescaled, is") == 1  # that of 10⁻² is .32, below one half


def test_every_figure_and_table_has_a_section(tables, figures):
    names = list(figures)
    for row in ROWS:
        assert {f"{row}-{kind}" for kind in ("history", "share", "activations", "biases")} <= set(names)
    homes = {section.name for section in sections()}
    printed = [name for name in tables if not name.startswith("drawn-")]
    for name in (*names, *printed):
        assert name in ("plane", "rows", "pairs") or name.split("-")[0] in homes
    assert table_1.study("table-1").sections == sections()


@pytest.mark.parametrize("name", ["LR1-history", "G3-history", "K1-share", "G3-share", "K0-activations", "B1-biases",
                                  "LR1-many", "plane", "variants-annealed"])  # fmt: skip
def test_figures_of_every_kind_are_drawn(figures, name):
    assert all(render(figures[name], dpi=30).values())
