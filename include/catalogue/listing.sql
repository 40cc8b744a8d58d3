-- name: next_listed
-- A batch after the last identifier of the one before, so that no cursor hangs on the caller's transaction.
SELECT qualifier, value, sku, write_fault FROM item_link
WHERE relationship = :relationship AND state = 'listed' AND (qualifier, value) > (:qualifier, :value)
ORDER BY qualifier, value LIMIT :size;

-- name: find_tags
SELECT sku, tags FROM product WHERE erp = :catalogue AND sku = ANY(:skus) AND tags <> '{}';
