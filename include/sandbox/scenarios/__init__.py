"""Writes what the sandbox plays: catalogue.json for the Cin7 Core, orders.json for the Amazon and the judge.

Modules: company (the vendor's books and products), post (Amazon's files), goods (warehouse and account), demo,
simulation, intake, inventory (the scenarios; `fulfilment` is the simulation with goods).
"""
