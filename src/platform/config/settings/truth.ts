import { z } from 'zod';

/** True or false; in the environment, as text. */
export const truth = z
  .union([z.boolean(), z.stringbool()], { error: 'must be true or false' })
  .default(false);
