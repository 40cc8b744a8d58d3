"""What one machine needs to run the whole: the environment, PostgreSQL, Airflow's processes, the demo.

bootstrap           makes the environment from the lock (standard library only, run by path)
system_packages     programs that only the machine's package manager brings
node_packages       packages of Node that only tests need
binaries            where PostgreSQL's programs lie
postgres            a PostgreSQL of our own: start, stop, restart
processes           processes in sessions of their own, found again by id and birth
ports               free ports on the loopback
temporary_postgres  the same for the length of one process
settings            airflow_settings.yaml as environment variables and pools
state               .run/: what runs here, and what is kept between two starts
airflow_environment the configuration that Airflow's processes run under
airflow_processes   Airflow's four processes: start, wait until ready, stop
kept_alive          starts a process again that died
airflow_api         Airflow's REST API, as far as the workstation needs it
stack               PostgreSQL and Airflow together: up and down
demo                a day of orders through the whole, against the sandbox
"""
