export const partsKey=0;
