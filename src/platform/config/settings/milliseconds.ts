import { z } from 'zod';

/** A duration in milliseconds, up to one day. */
export const milliseconds = z.coerce.number().int().min(1).max(86_400_000);
