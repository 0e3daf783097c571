"""A second opinion on every bill in any region: the whole adjudication in plain Python, which reads
the same policy.yaml, tables and cases as copay-policy.

Written from conf/policy.5 and the policy documents, not from the daemon's code, so that the two
can disagree. It interprets the pack's texts as they stand and compiles nothing. Money is a Fraction
of fen while a figure is still exact; what leaves is whole fen, rounded half-up. Only packs that
copay-policy accepts are read: what a pack may not say is not looked for here.

    texts   the pack's scalars: yuan, ratios, days        pack     policy and tables
    case    a case's member, history and claims           people   cover, class, identities, age
    lines   the split of every line                       layers   base, deductible, bands, caps
    settle  one settlement, from the bill to the payers   course   one after the other, and voids
"""
