-- name: find_links
-- What persons linked these identifiers to; two arrays of the same length. A cancelled listing is still a link.
SELECT link.qualifier, link.value, link.sku
FROM unnest(CAST(:qualifiers AS text[]), CAST(:values AS text[])) AS wanted (qualifier, value)
JOIN item_link AS link USING (qualifier, value)
WHERE link.relationship = :relationship AND link.confirmed_by IS NOT NULL;

-- name: find_products
SELECT sku, product_id, name, gtin, asin, status, is_sellable, carton_quantity, prices
FROM product
WHERE erp = :catalogue AND (asin = ANY(:asins) OR gtin = ANY(:gtins) OR sku = ANY(:skus));

-- name: find_bases
-- The smallest product that each of these is made of, and how many of it: a pallet of cases of eaches is eaches.
WITH RECURSIVE chain (sku, base_sku, base_quantity, depth) AS (
    SELECT sku, base_sku, base_quantity, 1 FROM product
    WHERE erp = :catalogue AND sku = ANY(:skus) AND base_sku IS NOT NULL
    UNION ALL
    SELECT chain.sku, base.base_sku, chain.base_quantity * base.base_quantity, chain.depth + 1
    FROM chain JOIN product AS base ON base.erp = :catalogue AND base.sku = chain.base_sku
    WHERE base.base_sku IS NOT NULL AND chain.depth < 5
)
SELECT DISTINCT ON (chain.sku) chain.sku, chain.base_sku, chain.base_quantity, base.carton_quantity
FROM chain LEFT JOIN product AS base ON base.erp = :catalogue AND base.sku = chain.base_sku
ORDER BY chain.sku, chain.depth DESC;

-- name: find_cases
-- The case SKUs that the inventory system links to these.
SELECT sku, base_sku, base_quantity FROM product
WHERE erp = :catalogue AND base_sku = ANY(:skus) AND status <> 'DEPRECATED';
