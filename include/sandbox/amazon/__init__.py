"""The Amazon at the other end of the mailbox: drops orders, answers 997s, checks what comes, says its charges.

Modules: scenario (what it is to drop, from orders.json), account (the vendor's, and Amazon's own faults), reading and
writing (X12, its own), segment_checks, mailbox (drop, take away, remember over a restart), envelope_checks, faults.

Orders: answers (an 855 as read), answer_checks (held against the order), verdicts (997s held against what was dropped),
order_book (orders, their changes and answers), order_lines, charges.

Goods: notices (an 856 as read), invoices (an 810 as read), receiving (trucks, as told), goods_book (all that came),
notice_checks, unloading (which notice tells of which carton), delivery_checks, invoice_checks, findings, rates, trade
(all of it judged).

Stock: stock_reports (an 846 as read), stock_book (what Amazon believes of each item).

Together: counterpart, report, goods_report.
"""
