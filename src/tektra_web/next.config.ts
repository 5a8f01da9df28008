import type { NextConfig } from "next";

// A static export: the gateway serves the files, and is the only server that the page talks to.
const config: NextConfig = {
  output: "export",
  reactStrictMode: true,
  images: { unoptimized: true },
};

export default config;
