// SPDX-License-Identifier: Apache-2.0
import { useTexts, written } from "@/lib/i18n";
import { type Point, linesOf, scaleOf, spanOf, timeMarks } from "@/lib/plotting";
import { useStore } from "@/lib/store";

/** `least`: the top of the scale is no less. `digits` behind the point where a value is told. */
interface Props { what: string; unit: string; points: Point[]; least: number; digits: number }

/** One value over the last minutes, with its scale, its unit, and when it was. */
export function Plot({ what, unit, points, least, digits }: Props) {
  const t = useTexts();
  const language = useStore((state) => state.language);
  const last = points[points.length - 1];
  if (last === undefined || points.length < 2) return null;
  const spanS = spanOf(points, last.atMs);
  const scale = scaleOf(points.map(({ value }) => value), least);
  const told = (value: number, places = digits) =>
    `${written(language, value, places)} ${unit}`;
  const values = points.map(({ value }) => value);
  const ago = (seconds: number) =>
    seconds === 0 ? t("plotNow") : seconds < 60 ? t("secondsAgo", { seconds: String(seconds) }) : t("minutesAgo", { minutes: String(seconds / 60) });
  const label = t("plotTold", {
    what, span: t("lastMinutes"), now: told(last.value), low: told(Math.min(...values)), high: told(Math.max(...values)),
  });
  return (
    <figure className="plot" role="img" aria-label={label}>
      <figcaption aria-hidden="true"><span>{what}</span> <b>{told(last.value)}</b></figcaption>
      <div className="values" aria-hidden="true">
        {scale.marks.map((mark) => <span key={mark} style={{ bottom: `${((mark - scale.low) / (scale.high - scale.low)) * 100}%` }}>{told(mark, scale.high < 2 && digits > 0 ? 1 : 0)}</span>)}
      </div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {scale.marks.map((mark) => {
          const y = 100 - ((mark - scale.low) / (scale.high - scale.low)) * 100;
          return <line key={mark} x1={0} x2={100} y1={y} y2={y} />;
        })}
        {linesOf(points, last.atMs, spanS, scale).map((line, at) => <polyline key={at} points={line} />)}
      </svg>
      <div className="times" aria-hidden="true">{timeMarks(spanS).map(({ secondsAgo }) => <span key={secondsAgo}>{ago(secondsAgo)}</span>)}</div>
    </figure>
  );
}
