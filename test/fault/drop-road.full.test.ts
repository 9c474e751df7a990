import { fewestCalls, runAndCheck } from './drop-road.ts';
import { describeSweep } from './sweep.ts';

await describeSweep({ runAndCheck, fewestCalls });
