"""Published errors of named colors, of the one network that the source chose by its score, beside ours chosen alike."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

SELECTED_COLUMNS = {
    "selected.color": "named color; errors of one network: the seed with the highest score on trained colors",
    "selected.whole": "ours: error of the untouched network",
    "selected.whole_theirs": "theirs",
}

ANCHORED = """color,whole,suppression,repulsion,ablation
red,.000646,.283565,.332687,.332687
orange,.000063,.153663,.135243,.137482
yellow,.000411,.045808,.029818,.030973
lime,.000108,0,0,.000006
green,.000220,0,0,.034676
teal,.000001,0,0,.140236
cyan,.001273,0,0,.341103
azure,.000013,0,0,.152602
blue,.000310,0,0,.034144
purple,.000053,0,0,.000002
magenta,.000249,.048394,.033118,.034419
pink,.000201,.157893,.143878,.148011
black,.000000,.000010,.000007,.000008
dark gray,.000122,.000156,.000149,.000154
gray,.000064,-.000057,-.000057,-.000057
light gray,.000019,-.000007,-.000008,-.000007
white,.000109,-.000093,-.000093,-.000094
"""

SINGLE_ANCHOR = """color,whole,suppression,ablation
red,.000570,.233233,.333869
orange,.000023,.119690,.137202
yellow,.000037,.040287,.029353
lime,.000014,0,0
green,.000109,0,.025527
teal,.000031,0,.135105
cyan,.000125,0,.247848
azure,.000082,0,.132055
blue,.000121,0,.024473
purple,.000014,.000167,.000165
magenta,.000279,.041149,.030989
pink,.000000,.120681,.132281
black,.000528,.004112,.003650
dark gray,.000019,.001252,.001274
gray,.000056,.000024,.000024
light gray,.000011,0,.000791
white,.000166,0,.001297
"""

HUE = """color,whole,ablation,suppression
red,.000792,.332541,.181123
orange,.000019,.155590,.123888
yellow,.000705,.317164,.174233
lime,.000051,.159756,.144522
green,.000586,.312581,.223323
teal,.000006,.173706,.190066
cyan,.000943,.314469,.260203
azure,.000171,.181120,.215764
blue,.000535,.332799,.270747
purple,.000002,.189248,.195608
magenta,.000382,.252689,.240461
pink,.000018,.186851,.151000
black,.000392,.000456,.000496
dark gray,.000070,.000227,.000235
gray,.000054,.000235,.000238
light gray,.000010,.000229,.000231
white,.000089,.000954,.001026
"""

ISOLATED = """color,whole,ablation,suppression
red,.000064,.343180,.213170
orange,.000002,.143432,.127903
yellow,.000000,.024397,.036188
lime,.000002,.000427,.000436
green,.000051,.000510,.000541
teal,.000005,.000167,.000167
cyan,.000029,-.000029,-.000029
azure,.000017,.000082,.000082
blue,.000035,.000045,.000046
purple,.000005,.000006,.000006
magenta,.000017,.009267,.010696
pink,.000006,.124145,.103092
black,.000007,.000541,.000569
dark gray,.000002,.000476,.000477
gray,.000024,.000750,.000757
light gray,.000009,.002489,.002422
white,.000004,.000617,.000634
"""

WITHOUT_ANTI_ANCHOR = """color,whole,ablation,suppression
red,.000078,.384716,.168523
orange,.000032,.113452,.083264
yellow,.000013,.016919,.020894
lime,.000079,.000486,.000494
green,.000000,.000472,.000498
teal,.000053,.000196,0
cyan,.000032,.000706,0
azure,.000013,.000026,0
blue,.000072,.000084,.000088
purple,.000015,-.000010,-.000010
magenta,.000021,.014622,.028397
pink,.000012,.117299,.103648
black,.000057,.000152,.000155
dark gray,.000023,.000146,0
gray,.000027,.000381,0
light gray,.000024,.000006,0
white,.000084,.000299,.000325
"""


def best_member(scores: polars.DataFrame, condition: str, *, sweep: str = "") -> int:
    """The member with the highest R² on trained colors.

    The source takes the highest score on the front of those that no other beats in score, reconstruction and concept
    losses at once; whoever has the highest score of all is on that front.
    """
    import polars as pl

    kept = scores.filter((pl.col("condition") == condition) & (pl.col("colors") == "trained"))
    kept = kept.filter(pl.col("sweep") == sweep) if sweep else kept
    return int(kept.filter(pl.col("r2").is_finite()).sort("r2", "member", descending=[True, False])["member"][0])


def beside_selected(named: polars.DataFrame, member: int, published: str, *, sweep: str = "") -> polars.DataFrame:
    """Our chosen network's errors at named colors beside the published one's: a row a color.

    The untouched network's error itself, and what each edit adds to it; theirs in columns that end in `_theirs`.
    """
    import polars as pl

    theirs = pl.read_csv(io.StringIO(published), schema_overrides={"color": pl.String})
    rows = named.filter(pl.col("member") == member)
    rows = rows.filter(pl.col("sweep") == sweep) if sweep else rows
    found = rows.filter(pl.col("condition") == "whole").select("color", "seed", pl.col("mse").alias("whole"))
    for condition in theirs.columns[2:]:
        added = rows.filter(pl.col("condition") == condition).select("color", pl.col("added").alias(condition))
        found = found.join(added, on="color", how="left", maintain_order="left")
    found = found.join(theirs, on="color", how="left", maintain_order="left", suffix="_theirs")
    order = [name for each in theirs.columns[1:] for name in (each, f"{each}_theirs")]
    return found.select("color", "seed", *order)
