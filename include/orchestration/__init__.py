"""The wiring of processes into Airflow tasks, and the only part of include that imports airflow.

- connections.py: Airflow connections to databases, mailboxes and the inventory system
- cin7_ledger.py: Cin7 Core as the sales ledger that purchase orders need
- intake.py: the steps of po_intake, one function a task
- catalogue.py: the steps of catalogue_sync; cin7_catalogue.py: Cin7 Core as the product master
- windows.py: the steps of acknowledgement_window
- window_sensors.py, window_trigger.py: the deferrable sensors and what they wait on
- retries.py: retry by the error's class; house.py: the arguments every task shares
- run_notes.py: the listener that writes a run's counts into its note
"""
