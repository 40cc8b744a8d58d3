-- name: waiting^
-- Orders without an answer, and documents that are to become orders, with when the first window closes.
SELECT count(*) AS orders, min(close) AS first_close, round(sum(money), 2) AS money
FROM (
    SELECT o.acknowledge_by AS close,
           (SELECT coalesce(sum(line.quantity * coalesce(line.sku_units * line.sku_price, line.unit_price)), 0)
            FROM purchase_order_line line WHERE line.order_id = o.order_id) AS money
    FROM purchase_order o
    WHERE o.relationship = :relationship AND o.answer_wanted AND NOT o.is_adopted AND o.answer_document_id IS NULL
    UNION ALL
    SELECT d.recorded_at + make_interval(secs => 3600 * CAST(:window_hours AS double precision)), 0
    FROM document d
    WHERE d.relationship = :relationship AND d.direction = 'in' AND d.taken_up_at IS NULL AND d.state <> 'rejected'
      AND d.transaction_set = ANY(:transaction_sets)
) AS waits;
