<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="risk_level" symbollevels="0" enableorderby="0" forceraster="0">
    <categories>
      <category value="1" symbol="0" label="重大风险 · 红" render="true"/>
      <category value="2" symbol="1" label="Ⅲ级高后果区 · 橙" render="true"/>
      <category value="3" symbol="2" label="Ⅱ级高后果区 · 黄" render="true"/>
      <category value="4" symbol="3" label="Ⅰ级高后果区 · 蓝" render="true"/>
      <category value="" symbol="4" label="未能判定" render="true"/>
    </categories>
    <symbols>
      <symbol name="0" type="line" alpha="0.45" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleLine" enabled="1" locked="0" pass="0">
          <prop k="capstyle" v="flat"/>
          <prop k="joinstyle" v="round"/>
          <prop k="line_color" v="151,1,14,255"/>
          <prop k="line_width" v="3.20"/>
          <prop k="line_width_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="1" type="line" alpha="0.45" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleLine" enabled="1" locked="0" pass="0">
          <prop k="capstyle" v="flat"/>
          <prop k="joinstyle" v="round"/>
          <prop k="line_color" v="234,128,13,255"/>
          <prop k="line_width" v="2.80"/>
          <prop k="line_width_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="2" type="line" alpha="0.45" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleLine" enabled="1" locked="0" pass="0">
          <prop k="capstyle" v="flat"/>
          <prop k="joinstyle" v="round"/>
          <prop k="line_color" v="255,244,110,255"/>
          <prop k="line_width" v="2.20"/>
          <prop k="line_width_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="3" type="line" alpha="0.45" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleLine" enabled="1" locked="0" pass="0">
          <prop k="capstyle" v="flat"/>
          <prop k="joinstyle" v="round"/>
          <prop k="line_color" v="18,113,217,255"/>
          <prop k="line_width" v="1.80"/>
          <prop k="line_width_unit" v="MM"/>
        </layer>
      </symbol>
      <symbol name="4" type="line" alpha="0.45" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleLine" enabled="1" locked="0" pass="0">
          <prop k="capstyle" v="flat"/>
          <prop k="joinstyle" v="round"/>
          <prop k="line_color" v="107,115,120,255"/>
          <prop k="line_style" v="dot"/>
          <prop k="line_width" v="1.40"/>
          <prop k="line_width_unit" v="MM"/>
        </layer>
      </symbol>
    </symbols>
  </renderer-v2>
  <layerGeometryType>1</layerGeometryType>
</qgis>
