WITH numbered AS MATERIALIZED (
    SELECT k, ts, row_number() OVER (PARTITION BY k ORDER BY ts) AS n FROM 'EVENTS'),
lists AS (SELECT k, list(x ORDER BY ts) AS xs FROM 'EVENTS' GROUP BY k),
bounds AS (
    SELECT l.k, l.ts, h.n AS high, d1.n AS low_1d, d7.n AS low_7d, d30.n AS low_30d
    FROM 'LABELS' l
    ASOF LEFT JOIN numbered h ON l.k = h.k AND h.ts < l.ts
    ASOF LEFT JOIN numbered d1 ON l.k = d1.k AND d1.ts < l.ts - 86400000000
    ASOF LEFT JOIN numbered d7 ON l.k = d7.k AND d7.ts < l.ts - 604800000000
    ASOF LEFT JOIN numbered d30 ON l.k = d30.k AND d30.ts < l.ts - 2592000000000),
slices AS (
    SELECT b.k, b.ts, xs[coalesce(low_1d, 0) + 1 : coalesce(high, 0)] AS w1,
           xs[coalesce(low_7d, 0) + 1 : coalesce(high, 0)] AS w7,
           xs[coalesce(low_30d, 0) + 1 : coalesce(high, 0)] AS w30
    FROM bounds b JOIN lists USING (k))
SELECT k, ts,
       len(w1) AS f0, list_sum(w1) AS f1, list_avg(w1) AS f2, list_stddev_samp(w1) AS f3, list_min(w1) AS f4,
       list_max(w1) AS f5, w1[1] AS f6, w1[-1] AS f7, list_var_samp(w1) AS f8,
       list_aggregate(w1, 'approx_count_distinct') AS f9,
       len(w7) AS f10, list_sum(w7) AS f11, list_avg(w7) AS f12, list_stddev_samp(w7) AS f13, list_min(w7) AS f14,
       list_max(w7) AS f15, w7[1] AS f16, w7[-1] AS f17, list_var_samp(w7) AS f18,
       list_aggregate(w7, 'approx_count_distinct') AS f19,
       len(w30) AS f20, list_sum(w30) AS f21, list_avg(w30) AS f22, list_stddev_samp(w30) AS f23, list_min(w30) AS f24,
       list_max(w30) AS f25, w30[1] AS f26, w30[-1] AS f27, list_var_samp(w30) AS f28,
       list_aggregate(w30, 'approx_count_distinct') AS f29
FROM slices
