"""A schedule is a value: write it as keyframes or read it from a spreadsheet, and ask it for its table."""

from tropism import Schedule

sheet = """STEP,PHASE,ACTION,lr:log,anchor
0,Find colors,,1e-4,0
+10,,,1e-2,
+0.5,Place red,snapshot,,0.1
400,,,1e-3,0
"""

schedule = Schedule.parse(sheet)
print(schedule.markdown())
print("steps:", schedule.length)
print("lr at the end:", schedule.at("lr", schedule.length - 1))

same = Schedule.of(
    {"lr:log": {0: 1e-4, 10: 1e-2, 400: 1e-3}, "anchor": {0: 0.0, 200: 0.1, 400: 0.0}},
    phases={0: "Find colors", 200: "Place red"},
    actions={200: "snapshot"},
)
assert same.key() == schedule.key(), "two ways to say one thing are one thing"
