// SPDX-License-Identifier: Apache-2.0
import { useTexts } from "@/lib/i18n";
import type { Voice } from "@/lib/types";
import { useAsked } from "./useAsked";

export function Voices() {
  const t = useTexts();
  const [voices] = useAsked<Voice[]>("/audio/voices");
  if (voices === null) return <progress aria-label={t("voices")} />;
  return (
    <ul className="plain">
      {voices.map((voice) => <li key={voice.name}><b>{voice.name}</b> {voice.locale} · {voice.backend} · {voice.sample_rate} Hz</li>)}
    </ul>
  );
}
