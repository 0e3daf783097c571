#ifndef POLICY_PART_H
#define POLICY_PART_H

/* The parts that a fee is split into, in the order in which money that may come from several of
 * them is taken off them. */
enum fee_part { PART_INSCP, PART_PRESELFPAY, PART_OVERLMT, PART_FULAMT, FEE_PARTS };
#define PARTS_ALL ((1u << FEE_PARTS) - 1)

#endif
