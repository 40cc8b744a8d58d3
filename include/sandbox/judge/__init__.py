"""Judges a run by Amazon's clock and Cin7's stock: what was late, missing, over- or under-confirmed, doubled.

Modules: verdict (the judgement), told (Amazon's report as values), stock (Cin7's events replayed), confirmations (one
855 beside the stock of its moment), goods (what left and was not notified or billed).
"""

from include.sandbox.judge.verdict import Goods, Verdict, judge

__all__ = ["Goods", "Verdict", "judge"]
