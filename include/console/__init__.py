"""What people and other systems reach in Airflow's own server. Mounted by plugins/vendorlane_console.py.

- app.py: the application and its routes
- webhooks.py: what the inventory system calls; it notes that a sale changed, and answers
- access.py: the only module here that knows Airflow: its connections
"""
