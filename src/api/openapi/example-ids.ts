/** Ids in examples. The page replaces those of the volume and attachment with the ids that it saw last. */
export const EXAMPLE_IDS = {
  volume: '07df6090-7e57-4566-bc26-76edabd35f61',
  attachment: 'bf211fe5-5adc-4355-9179-6bfe6bd95ffa',
  server: '5f4c2e1a-8a3d-4f0e-9d0b-1c2d3e4f5a6b',
} as const;
