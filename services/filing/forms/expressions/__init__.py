"""The small closed language in which the equations and conditions of a form are written as data.

`[401.2] = [402.2] + [403.2]`, `[211.where] = "2" and given([210.foreign_name])`, `sum([119.share]) <= 100`.
References: `[code.part]` own answers, `[.part]` the row at hand, `[previous:code.part]` the approved filing of the
period before, `[main:code.part]` the national answers beside a division's own ones, `@fact` what the system knows of the unit, `$parameter` a setting of the edition.
"""
