-- name: waiting
SELECT o.relationship, count(DISTINCT o.order_id) AS orders, min(o.acknowledge_by) AS first_close,
       min(o.currency) AS currency,
       round(coalesce(sum(line.quantity * coalesce(line.sku_units * line.sku_price, line.unit_price)), 0), 2) AS money
FROM purchase_order o JOIN purchase_order_line line USING (order_id)
WHERE o.answer_wanted AND NOT o.is_adopted
GROUP BY o.relationship;
