// SPDX-License-Identifier: Apache-2.0
import { useStore } from "@/lib/store";

/** Short news at the edge; the announcer reads them aloud. */
export function Toasts() {
  const toasts = useStore((state) => state.toasts);
  return (
    <div className="toasts" aria-hidden="true">
      {toasts.map((toast) => <p key={toast.key} className={toast.kind}>{toast.text}</p>)}
    </div>
  );
}
