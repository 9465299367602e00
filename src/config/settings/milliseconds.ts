import { z } from 'zod';

/** A duration of up to a day. */
export const milliseconds = z.coerce.number().int().min(1).max(86_400_000);
