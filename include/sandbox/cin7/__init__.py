"""A Cin7 Core: an HTTP server that behaves as the real one does, its oddities included.

Modules: behaviour (what goes wrong, as set), tenant (reference books), products, stock, sale, fulfilment and invoice
(values), product_book (products as programs change them), movements (what else moves stock), sale_book,
fulfilment_book and invoice_book (what may be done to one),
sale_header, order_lines and task_lines (the checks of what is written), progress (status words), shown (the values as
JSON), availability (readings), listing (filters and pages), calls (the limit and the record), events, warehouse with
warehouse_plan and boxes (the people who work in it), webhooks and sending (who is told), world (all of it together),
asked, api and api_tasks (the answers), admin (/_sandbox), server (HTTP), saving (the state file and its journal).
"""
