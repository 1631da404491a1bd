"""Sampled values of two schedules against the original timeline of z0u/ex-preppy.

The values were computed by running the original code, and are compared to their last printed digit. Its last two
batches used the values of step n − 2, so that its last keyframe was never applied; ours is. At the steps in between
both agree.
"""

from decimal import Decimal

import pytest

from tropism.schedules import Schedule

# Experiment 2.2 as it ran, with the columns that its terms heard.
EX_2_2 = """STEP,PHASE,lr,sep,anchor,unit,unit-v
0,Train,1e-8,.001,.02,.01,.02
10,,.01,,,,
1000,,,.02,,,
5000,,,.01,.08,,
10000,,.01,.001,.02,.2,
15000,,,,,,
20000,,.005,,,,
"""

EX_2_10 = """STEP,PHASE,lr,sep,anchor,anti
0,Train,1e-8,,0,.25
10,,.01,,,
375,,,,,.1
750,,.1,.01,.15,.03
1425,,.1,0,0,0
1500,,.05,,,
"""

SAMPLES = [
    (EX_2_2, 1, {"lr": "8.561e-5", "sep": ".001", "anchor": ".02", "unit": ".01", "unit-v": ".02"}),
    (EX_2_2, 500, {"sep": ".0105", "anchor": ".020514", "unit": ".01022", "unit-v": ".02"}),
    (EX_2_2, 3000, {"sep": ".015", "anchor": ".060954", "unit": ".040985"}),
    (EX_2_2, 15000, {"lr": ".0075"}),
    (EX_2_10, 100, {"lr": ".011338", "sep": ".01", "anchor": ".0028824", "anti": ".23172"}),
    (EX_2_10, 188, {"lr": ".018441", "anchor": ".015633", "anti": ".17463"}),
    (EX_2_10, 375, {"lr": ".05386", "anchor": ".075", "anti": ".1"}),
    (EX_2_10, 750, {"lr": ".1", "anchor": ".15", "anti": ".03"}),
    (EX_2_10, 1087, {"lr": ".1", "sep": ".0050139", "anchor": ".075208", "anti": ".015042"}),
    (EX_2_10, 1460, {"lr": ".078116", "sep": "0", "anchor": "0", "anti": "0"}),
    (EX_2_10, 1499, {"lr": ".050001", "sep": "0", "anchor": "0", "anti": "0"}),
]


@pytest.mark.parametrize(("sheet", "step", "printed"), SAMPLES)
def test_a_value_is_the_originals_to_its_last_printed_digit(sheet, step, printed):
    schedule = Schedule.parse(sheet)
    for name, digits in printed.items():
        exact = Decimal(digits) == 0
        half_a_digit = 0.0 if exact else 0.5 * 10.0 ** Decimal(digits).as_tuple().exponent
        assert abs(schedule.at(name, step) - float(digits)) <= half_a_digit * 1.001, name


@pytest.mark.parametrize(("sheet", "last"), [(EX_2_2, 0.005), (EX_2_10, 0.05)])
def test_the_last_keyframe_is_reached_where_the_original_stopped_short(sheet, last):
    schedule = Schedule.parse(sheet)
    assert schedule.at("lr", schedule.length - 1) == last
    assert schedule.at("lr", schedule.length - 2) != last
