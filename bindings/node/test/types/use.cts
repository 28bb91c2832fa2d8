import imagegen = require('imagegen')

async function main(): Promise<number> {
  const runtime = await imagegen.Runtime.open()
  const { finalPrompt } = await runtime.prompts.enhance({ intent: 'hero image', prompt: 'a boat' })
  const refused: imagegen.ImagegenError = new imagegen.NotFoundError(finalPrompt)
  await runtime.close()
  return refused.status
}

export = main
