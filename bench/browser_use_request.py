"""One step of browser-use, so that the server it asks can keep the request. Runs in browser-use's own environment.

python browser_use_request.py SITE MODEL_URL MODEL GOAL CHROMIUM
"""

import asyncio
import os
import sys

os.environ |= {
    "ANONYMIZED_TELEMETRY": "false",
    "BROWSER_USE_CLOUD_SYNC": "false",
    "BROWSER_USE_VERSION_CHECK": "false",
    "SKIP_LLM_API_KEY_VERIFICATION": "true",
}


async def main(site: str, model_url: str, model: str, goal: str, chromium: str) -> None:
    """Open the site and ask once, with browser-use's defaults, at 1280 by 720."""
    from browser_use import Agent, BrowserProfile, BrowserSession, ChatOpenAI

    profile = BrowserProfile(
        executable_path=chromium or None,
        headless=True,
        chromium_sandbox=False,
        enable_default_extensions=False,
        viewport={"width": 1280, "height": 720},
        user_data_dir=None,
    )
    session = BrowserSession(browser_profile=profile)
    await session.start()
    open_site = {"navigate": {"url": site, "new_tab": False}}
    llm = ChatOpenAI(model=model, base_url=model_url, api_key="none")
    agent = Agent(task=goal, llm=llm, browser_session=session, use_judge=False, initial_actions=[open_site])
    await agent.run(max_steps=9)
    await session.kill()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
