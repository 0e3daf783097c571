-- What a bureau would keep in PostgreSQL to settle at the counter: the same facts that copayd's state
-- holds, laid out to suit PostgreSQL (one row per person and year, arrays instead of line rows, no
-- hot rows of fund books), so that the comparison errs on its side.
CREATE TABLE item (
    med_list_codg text PRIMARY KEY,
    chrgitm_lv smallint NOT NULL,
    bas_medn boolean NOT NULL,
    selfpay_310 integer NOT NULL, -- x 10^4
    selfpay_390 integer NOT NULL,
    pric_uplmt bigint[] NOT NULL -- by cap grade, yuan x 10^6; -1: none
);
CREATE TABLE institution (
    fixmedins_code text PRIMARY KEY,
    grade smallint NOT NULL, -- 1 primary .. 5 provincial
    cap_grade smallint NOT NULL, -- the same, 6 pharmacy
    admdvs text NOT NULL
);
-- One row per kind of care, class and grade: the basic layer's figures.
CREATE TABLE rule (
    med_kind smallint, -- 1 outpatient, 2 inpatient
    psn_class smallint, -- 1 active, 2 retired, 3 resident
    grade smallint,
    ratio integer NOT NULL,
    dedc_first bigint NOT NULL,
    dedc_later bigint NOT NULL,
    pay_cap bigint NOT NULL,
    layer text NOT NULL,
    clause text NOT NULL,
    PRIMARY KEY (med_kind, psn_class, grade)
);
CREATE TABLE person (
    psn_no text PRIMARY KEY,
    insutype smallint NOT NULL,
    psn_class smallint NOT NULL,
    admdvs text NOT NULL,
    low_income boolean NOT NULL,
    balance bigint NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE accum (
    psn_no text,
    year smallint,
    stays smallint[] NOT NULL, -- by grade
    visits smallint NOT NULL,
    dedc bigint[] NOT NULL, -- outpatient, by grade
    paid_outpatient bigint NOT NULL,
    paid_inpatient bigint NOT NULL,
    paid_large bigint NOT NULL,
    paid_critical bigint NOT NULL,
    base_critical bigint NOT NULL,
    paid_assistance bigint NOT NULL,
    PRIMARY KEY (psn_no, year)
) WITH (fillfactor = 80);
CREATE SEQUENCE setl_number CACHE 100;
CREATE TABLE settlement (
    setl_id bigint PRIMARY KEY,
    msgid text NOT NULL UNIQUE,
    request_hash bytea NOT NULL,
    fixmedins_code text NOT NULL,
    psn_no text NOT NULL,
    med_type text NOT NULL,
    ipt_otp_no text NOT NULL,
    setl_time timestamptz NOT NULL,
    codes text[] NOT NULL,
    prics bigint[] NOT NULL,
    cnts bigint[] NOT NULL,
    fulamts bigint[] NOT NULL,
    overlmts bigint[] NOT NULL,
    preselfpays bigint[] NOT NULL,
    inscps bigint[] NOT NULL,
    medfee bigint NOT NULL,
    fulamt bigint NOT NULL,
    overlmt bigint NOT NULL,
    preselfpay bigint NOT NULL,
    inscp bigint NOT NULL,
    dedc bigint NOT NULL,
    hifp bigint NOT NULL,
    hifob bigint NOT NULL,
    hifmi bigint NOT NULL,
    maf bigint NOT NULL,
    acct_pay bigint NOT NULL,
    psn_cash_pay bigint NOT NULL,
    balc bigint NOT NULL,
    UNIQUE (fixmedins_code, ipt_otp_no)
);
CREATE TABLE settlement_row (
    setl_id bigint,
    layer text,
    clause text,
    owner text NOT NULL,
    base bigint NOT NULL,
    ratio integer NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (setl_id, layer)
);
CREATE TABLE tally (
    fixmedins_code text,
    dev_no text,
    insutype smallint,
    clr_type text,
    setl_optins text,
    setl_cnt bigint NOT NULL,
    medfee bigint NOT NULL,
    fund_pay bigint NOT NULL,
    acct_pay bigint NOT NULL,
    psn_cash_pay bigint NOT NULL,
    PRIMARY KEY (fixmedins_code, dev_no, insutype, clr_type, setl_optins)
) WITH (fillfactor = 50);

-- Chenzhou's figures, conf/regions/431000-chenzhou/policy.yaml.
INSERT INTO rule
SELECT 2, 3, g, (ARRAY[8500, 8200, 8000, 6500, 6000])[g],
       (ARRAY[20000, 50000, 80000, 120000, 200000])[g],
       (ARRAY[10000, 25000, 40000, 60000, 100000])[g], 15000000, 'resident_inpatient', 'R-IP'
FROM generate_series(1, 5) g
UNION ALL
SELECT 2, c, g, (ARRAY[9300, 9200, 9000, 8500, 8000])[g] + 200 * (c - 1),
       (ARRAY[20000, 50000, 80000, 110000, 200000])[g],
       (ARRAY[10000, 25000, 40000, 55000, 100000])[g], 15000000, 'employee_inpatient', 'E-IP'
FROM generate_series(1, 5) g, generate_series(1, 2) c
UNION ALL
SELECT 1, 3, g, CASE WHEN g <= 2 THEN 7000 ELSE 0 END, 0, 0, 40000, 'resident_outpatient', 'R-OP'
FROM generate_series(1, 5) g
UNION ALL
SELECT 1, c, g, CASE WHEN g <= 2 THEN 7000 ELSE 6000 END + 500 * (c - 1),
       (ARRAY[0, 0, 20000, 30000, 30000])[g], 0, 150000 + 50000 * (c - 1), 'employee_outpatient',
       'E-OP'
FROM generate_series(1, 5) g, generate_series(1, 2) c;
