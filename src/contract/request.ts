/** A line of what `lane emit --batch` reads. */

import * as v from "valibot";
import { EvidenceSchema } from "../domain/evidence.ts";
import { TransitionRequestSchema } from "../domain/request.ts";

const { dry_run: _, ...ENTRIES } = TransitionRequestSchema.entries;

/** `dry_run` belongs to a whole batch; and the shape of evidence is known. */
export const BatchRequestSchema = v.strictObject({ ...ENTRIES, evidence: v.nullish(EvidenceSchema) });
