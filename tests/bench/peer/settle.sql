-- One ten-line settlement by Chenzhou's rules, in one transaction: the same figures as copayd's, to
-- the fen (tests/bench/harness/peer.py compares them bill by bill). Without what would only slow it
-- down: no clause texts, no steps, no fund books, no ledger.
CREATE FUNCTION half_up(amount bigint, ratio integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT (amount * ratio + 5000) / 10000';

-- Critical illness, of the year's whole base: bands are absolute, the floor hides what is below it.
CREATE FUNCTION critical(base bigint, floor_fen bigint, points integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS '
    SELECT (greatest(least(base, 3000000) - floor_fen, 0) * (6000 + points)
          + greatest(least(base, 10000000) - greatest(floor_fen, 3000000), 0) * (6500 + points)
          + greatest(base - greatest(floor_fen, 10000000), 0) * (7500 + points) + 5000) / 10000';

CREATE FUNCTION settle(
    p_msgid text, p_fixmedins text, p_dev_no text, p_psn_no text, p_med_type text, p_visit text,
    p_account boolean, p_codes text[], p_prics bigint[], p_cnts bigint[])
RETURNS settlement LANGUAGE plpgsql AS $$
DECLARE
    v_hash bytea := sha256(convert_to(concat_ws('|', p_msgid, p_fixmedins, p_psn_no, p_med_type,
                                                p_visit, p_account, p_codes, p_prics, p_cnts),
                                      'UTF8'));
    v_kind smallint := CASE p_med_type WHEN '11' THEN 1 WHEN '21' THEN 2 ELSE 3 END;
    v_year smallint := extract(year FROM now() AT TIME ZONE 'Asia/Shanghai');
    s settlement;
    v_person person;
    v_place institution;
    v_rule rule;
    v_accum accum;
    v_found integer;
    v_scope bigint;
    v_base bigint;
    v_due bigint := 0;
    v_above bigint;
    v_left bigint;
    v_rest bigint;
    v_total bigint;
    v_floor bigint;
    v_points integer;
    v_funds bigint;
    v_may bigint;
BEGIN
    SELECT * INTO s FROM settlement WHERE msgid = p_msgid;
    IF FOUND THEN
        IF s.request_hash <> v_hash THEN
            RAISE EXCEPTION 'the msgid carried another content';
        END IF;
        RETURN s;
    END IF;
    SELECT * INTO STRICT v_person FROM person WHERE psn_no = p_psn_no FOR UPDATE;
    SELECT * INTO STRICT v_place FROM institution WHERE fixmedins_code = p_fixmedins;
    SELECT * INTO v_accum FROM accum WHERE psn_no = p_psn_no AND year = v_year;
    IF NOT FOUND THEN
        v_accum := ROW(p_psn_no, v_year, '{0,0,0,0,0}'::smallint[], 0, '{0,0,0,0,0}'::bigint[],
                       0, 0, 0, 0, 0, 0);
        v_found := 0;
    ELSE
        v_found := 1;
    END IF;

    -- Class, price cap and first self-pay of every line, and what the benefit pays for.
    WITH line AS (
        SELECT l.n, i.chrgitm_lv, i.bas_medn, (l.pric * l.cnt + 50000000) / 100000000 AS amount,
               CASE WHEN i.pric_uplmt[v_place.cap_grade] >= 0
                    THEN (i.pric_uplmt[v_place.cap_grade] * l.cnt + 50000000) / 100000000 END AS lmt,
               CASE v_person.insutype WHEN 310 THEN i.selfpay_310 ELSE i.selfpay_390 END AS prop
        FROM unnest(p_codes, p_prics, p_cnts) WITH ORDINALITY AS l (code, pric, cnt, n)
        JOIN item i ON i.med_list_codg = l.code
    ), part AS (
        SELECT n, amount, chrgitm_lv, bas_medn,
               CASE WHEN chrgitm_lv = 3 THEN amount ELSE 0 END AS fulamt,
               CASE WHEN chrgitm_lv < 3 THEN greatest(amount - lmt, 0) ELSE 0 END AS overlmt, prop
        FROM line
    ), split AS (
        SELECT n, amount, chrgitm_lv, bas_medn, fulamt, coalesce(overlmt, 0) AS overlmt,
               CASE WHEN chrgitm_lv = 3 THEN 0
                    ELSE half_up(amount - coalesce(overlmt, 0), prop) END AS preselfpay
        FROM part
    )
    SELECT array_agg(fulamt ORDER BY n), array_agg(overlmt ORDER BY n),
           array_agg(preselfpay ORDER BY n),
           array_agg(amount - fulamt - overlmt - preselfpay ORDER BY n), sum(amount), sum(fulamt),
           sum(overlmt), sum(preselfpay), sum(amount - fulamt - overlmt - preselfpay),
           coalesce(sum(amount - fulamt - overlmt - preselfpay)
                    FILTER (WHERE chrgitm_lv = 1 OR bas_medn), 0)
    INTO s.fulamts, s.overlmts, s.preselfpays, s.inscps, s.medfee, s.fulamt, s.overlmt,
         s.preselfpay, s.inscp, v_scope
    FROM split;
    IF cardinality(s.inscps) <> cardinality(p_codes) THEN
        RAISE EXCEPTION 'an item is unknown';
    END IF;

    s.hifp := 0;
    s.hifob := 0;
    s.hifmi := 0;
    s.maf := 0;
    s.dedc := 0;
    IF v_kind < 3 THEN
        SELECT * INTO STRICT v_rule FROM rule
        WHERE med_kind = v_kind AND psn_class = v_person.psn_class AND grade = v_place.grade;
        v_base := CASE WHEN v_kind = 1 AND v_person.psn_class = 3 THEN v_scope ELSE s.inscp END;
        IF v_kind = 2 THEN
            v_due := CASE WHEN v_accum.stays[v_place.grade] = 0 THEN v_rule.dedc_first
                          ELSE v_rule.dedc_later END;
            v_left := v_rule.pay_cap - v_accum.paid_inpatient;
        ELSE
            IF v_person.psn_class < 3 THEN -- a row's own deductible, all rows up to the ceiling
                v_due := least(
                    v_rule.dedc_first - CASE v_place.grade
                        WHEN 3 THEN v_accum.dedc[3]
                        WHEN 4 THEN v_accum.dedc[4] + v_accum.dedc[5]
                        WHEN 5 THEN v_accum.dedc[4] + v_accum.dedc[5]
                        ELSE v_accum.dedc[1] + v_accum.dedc[2] END,
                    30000 - (SELECT sum(d) FROM unnest(v_accum.dedc) d));
                v_due := greatest(v_due, 0);
            END IF;
            v_left := v_rule.pay_cap - v_accum.paid_outpatient;
        END IF;
        s.dedc := least(v_base, v_due);
        v_above := v_base - s.dedc;
        v_left := greatest(v_left, 0);
        s.hifp := least(half_up(v_above, v_rule.ratio), v_left);
        IF v_kind = 1 THEN
            v_accum.paid_outpatient := v_accum.paid_outpatient + s.hifp;
            IF v_person.psn_class < 3 THEN
                v_accum.dedc[v_place.grade] := v_accum.dedc[v_place.grade] + s.dedc;
            END IF;
        ELSE
            v_accum.paid_inpatient := v_accum.paid_inpatient + s.hifp;
            v_rest := v_above * v_rule.ratio - v_left * 10000; -- above the cap, x ratio
            IF v_person.psn_class < 3 AND v_rest > 0 THEN
                s.hifob := (v_rest * 9000 * 2 + v_rule.ratio * 10000) / (2 * v_rule.ratio * 10000);
                s.hifob := least(s.hifob, greatest(50000000 - v_accum.paid_inpatient
                                                   - v_accum.paid_large, 0),
                                 s.inscp - s.hifp);
                v_accum.paid_large := v_accum.paid_large + s.hifob;
            END IF;
            IF v_person.psn_class = 3 THEN
                v_points := CASE WHEN v_person.low_income THEN 500 ELSE 0 END;
                v_floor := CASE WHEN v_person.low_income THEN 800000 ELSE 1600000 END;
                v_total := v_accum.base_critical + s.inscp - s.hifp;
                s.hifmi := critical(v_total, v_floor, v_points);
                v_may := critical(v_accum.base_critical, v_floor, v_points);
                IF NOT v_person.low_income THEN
                    s.hifmi := least(s.hifmi, 40000000);
                    v_may := least(v_may, 40000000);
                END IF;
                s.hifmi := least(s.hifmi - v_may, s.inscp - s.hifp);
                v_accum.base_critical := v_total;
                v_accum.paid_critical := v_accum.paid_critical + s.hifmi;
            END IF;
            IF v_person.low_income THEN
                v_rest := s.inscp - s.hifp - s.hifob - s.hifmi;
                s.maf := least(half_up(v_rest, 7000),
                               greatest(5000000 - v_accum.paid_assistance, 0));
                v_accum.paid_assistance := v_accum.paid_assistance + s.maf;
            END IF;
        END IF;
    END IF;

    v_funds := s.hifp + s.hifob + s.hifmi + s.maf;
    s.acct_pay := 0;
    s.balc := v_person.balance;
    IF p_account AND v_person.insutype = 310 THEN
        v_may := greatest(s.inscp - v_funds, 0)
               + greatest(s.preselfpay - greatest(v_funds - s.inscp, 0), 0);
        s.acct_pay := least(v_person.balance, v_may);
        s.balc := v_person.balance - s.acct_pay;
    END IF;
    s.psn_cash_pay := s.medfee - v_funds - s.acct_pay;
    IF s.medfee <> s.fulamt + s.overlmt + s.preselfpay + s.inscp OR s.psn_cash_pay < 0 THEN
        RAISE EXCEPTION 'an identity is broken';
    END IF;
    IF v_kind = 2 THEN
        v_accum.stays[v_place.grade] := v_accum.stays[v_place.grade] + 1;
    ELSE
        v_accum.visits := v_accum.visits + 1;
    END IF;

    s.setl_id := nextval('setl_number');
    s.msgid := p_msgid;
    s.request_hash := v_hash;
    s.fixmedins_code := p_fixmedins;
    s.psn_no := p_psn_no;
    s.med_type := p_med_type;
    s.ipt_otp_no := p_visit;
    s.setl_time := now();
    s.codes := p_codes;
    s.prics := p_prics;
    s.cnts := p_cnts;
    INSERT INTO settlement VALUES (s.*);
    INSERT INTO settlement_row
    SELECT s.setl_id, r.layer, r.clause, r.owner, r.base, r.ratio, r.amount
    FROM (VALUES (v_rule.layer, v_rule.clause, v_person.admdvs, v_above, v_rule.ratio, s.hifp),
                 ('employee_large', 'E-LARGE', v_person.admdvs, 0, 9000, s.hifob),
                 ('resident_critical', 'CI-BANDS', 'CIC-431000', v_total, 0, s.hifmi),
                 ('assistance', 'MA', v_person.admdvs, v_rest, 7000, s.maf),
                 ('account', 'ACCT', p_psn_no, v_may, 0, s.acct_pay))
         AS r (layer, clause, owner, base, ratio, amount)
    WHERE r.amount > 0;
    IF v_found = 1 THEN
        UPDATE accum SET stays = v_accum.stays, visits = v_accum.visits, dedc = v_accum.dedc,
            paid_outpatient = v_accum.paid_outpatient, paid_inpatient = v_accum.paid_inpatient,
            paid_large = v_accum.paid_large, paid_critical = v_accum.paid_critical,
            base_critical = v_accum.base_critical, paid_assistance = v_accum.paid_assistance
        WHERE psn_no = p_psn_no AND year = v_year;
    ELSE
        INSERT INTO accum VALUES (v_accum.*);
    END IF;
    IF s.acct_pay > 0 THEN
        UPDATE person SET balance = s.balc WHERE psn_no = p_psn_no;
    END IF;
    INSERT INTO tally AS t VALUES (p_fixmedins, p_dev_no, v_person.insutype, p_med_type,
                                   v_person.admdvs, 1, s.medfee, v_funds, s.acct_pay,
                                   s.psn_cash_pay)
    ON CONFLICT (fixmedins_code, dev_no, insutype, clr_type, setl_optins) DO UPDATE
    SET setl_cnt = t.setl_cnt + 1, medfee = t.medfee + excluded.medfee,
        fund_pay = t.fund_pay + excluded.fund_pay, acct_pay = t.acct_pay + excluded.acct_pay,
        psn_cash_pay = t.psn_cash_pay + excluded.psn_cash_pay;
    RETURN s;
END
$$;
