// SPDX-License-Identifier: Apache-2.0
import { useTexts, written } from "@/lib/i18n";
import { useStore } from "@/lib/store";
import type { Diagnostic } from "@/lib/types";
import { useAsked } from "./useAsked";
import { Waiting } from "./Waiting";

/** How each node does, with its latencies as bars: p50, p95 and p99 of each stage. */
export function Diagnostics() {
  const t = useTexts();
  const [nodes, again, problem] = useAsked<Diagnostic[]>("/system/diagnostics");
  if (nodes === null) return <Waiting label={t("diagnostics")} problem={problem} again={again} />;
  if (nodes.length === 0) return <p>{t("nothing")}</p>;
  return (
    <ul className="plain nodes">
      {nodes.map((node) => (
        <li key={node.name} className={node.level}>
          <b>{node.name}</b> <em>{t(node.level)}</em> <span lang="en">{node.message}</span>
          <Latencies values={node.values} />
        </li>
      ))}
    </ul>
  );
}

/** Keys are like "tts.piece.p95_ms". */
function Latencies({ values }: { values: Record<string, string> }) {
  const bars = Object.entries(values).flatMap(([key, value]) => {
    const found = /^(.*)[._ ](p50|p95|p99)(?:_ms)?$/.exec(key);
    const ms = Number.parseFloat(value);
    return found === null || !Number.isFinite(ms) ? [] : [{ name: found[1] ?? "", share: found[2] ?? "", ms }];
  });
  const language = useStore((state) => state.language);
  const told = (ms: number) => (ms < 1000 ? `${written(language, ms, ms < 10 ? 1 : 0)} ms` : `${written(language, ms / 1000, 1)} s`);
  const most = Math.max(1, ...bars.map((bar) => bar.ms));
  return bars.length === 0 ? null : (
    <dl className="bars">
      {bars.map((bar) => (
        <div key={bar.name + bar.share}>
          <dt>{bar.name} {bar.share}</dt>
          <dd><span style={{ width: `${(bar.ms / most) * 100}%` }} />{told(bar.ms)}</dd>
        </div>
      ))}
    </dl>
  );
}
